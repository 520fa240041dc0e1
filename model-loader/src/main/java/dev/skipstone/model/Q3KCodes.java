package dev.skipstone.model;

/**
 * Q3_K: 256 codes of 3 bits around 4, in groups of 16. The third bits lie before the others, those
 * of a byte 32 codes apart; a group has a scale of 6 bits around 32, in units of a float16 number:
 * its lower 4 bits in a nibble of 8 bytes, its upper 2 in 4 further bytes.
 */
final class Q3KCodes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    CodeReader.pairs(source, from + 32, codes, at);
    for (int i = 0; i < 256; i++) {
      int third = source[from + (i & 31)] >> (i >> 5) & 1;
      codes[at + i] += (byte) (4 * third - 4);
    }
    float unit = CodeReader.half(source, from + 108);
    for (int i = 0; i < 16; i++) {
      int low = source[from + 96 + (i & 7)] >> ((i >> 3) * 4) & 15;
      int high = source[from + 104 + (i & 3)] >> ((i >> 2) * 2) & 3;
      scales[group + i] = unit * ((low | high << 4) - 32);
    }
  }
}
