package dev.skipstone.model;

/** Q8_0: a float16 scale and 32 signed bytes. */
final class Q8x0Codes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    scales[group] = CodeReader.half(source, from);
    System.arraycopy(source, from + 2, codes, at, 32);
  }
}
