package dev.skipstone.model;

/**
 * Q4_1: a float16 scale, a float16 minimum and 32 steps of 4 bits over it, the first half in the
 * low nibbles.
 */
final class Q4x1Codes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    scales[group] = CodeReader.half(source, from);
    minima[group] = CodeReader.half(source, from + 2);
    CodeReader.nibbles(source, from + 4, 16, codes, at);
  }
}
