package dev.skipstone.model;

/** Q5_K: as Q4_K, with the fifth bits before the others, those of a byte 32 codes apart. */
final class Q5KCodes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    float scale = CodeReader.half(source, from);
    float minimum = CodeReader.half(source, from + 2);
    CodeReader.sixBitPairs(source, from + 4, scale, minimum, scales, minima, group);
    for (int i = 0; i < 4; i++) {
      CodeReader.nibbles(source, from + 48 + 32 * i, 32, codes, at + 64 * i);
    }
    for (int i = 0; i < 256; i++) {
      codes[at + i] |= (byte) ((source[from + 16 + (i & 31)] >> (i >> 5) & 1) << 4);
    }
  }
}
