package dev.skipstone.model;

/**
 * Q4_K: 256 codes of 4 bits in groups of 32, two groups in the low and the high nibbles of the same
 * bytes. A group has a scale and a minimum of 6 bits each, in units of two float16 numbers.
 */
final class Q4KCodes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    float scale = CodeReader.half(source, from);
    float minimum = CodeReader.half(source, from + 2);
    CodeReader.sixBitPairs(source, from + 4, scale, minimum, scales, minima, group);
    for (int i = 0; i < 4; i++) {
      CodeReader.nibbles(source, from + 16 + 32 * i, 32, codes, at + 64 * i);
    }
  }
}
