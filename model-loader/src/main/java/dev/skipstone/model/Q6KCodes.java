package dev.skipstone.model;

/**
 * Q6_K: 256 codes of 6 bits around 32, in groups of 16: the lower 4 bits of all codes, then the
 * upper 2, then a signed byte for each group, its scale in units of the float16 number at the end.
 */
final class Q6KCodes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    for (int i = 0; i < 2; i++) {
      CodeReader.nibbles(source, from + 64 * i, 64, codes, at + 128 * i);
    }
    for (int i = 0; i < 256; i++) {
      int upper = source[from + 128 + (i >> 7) * 32 + (i & 31)] >> ((i >> 5 & 3) * 2) & 3;
      codes[at + i] += (byte) ((upper << 4) - 32);
    }
    float unit = CodeReader.half(source, from + 208);
    for (int i = 0; i < 16; i++) {
      scales[group + i] = unit * source[from + 192 + i];
    }
  }
}
