package dev.skipstone.model;

/** Q4_0: a float16 scale and 32 steps of 4 bits around 8, the first half in the low nibbles. */
final class Q4x0Codes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    scales[group] = CodeReader.half(source, from);
    CodeReader.nibbles(source, from + 2, 16, codes, at);
    CodeReader.shift(codes, at, 32, -8);
  }
}
