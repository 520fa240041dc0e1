package dev.skipstone.model;

/** Q5_1: as Q4_1, with the fifth bits of all codes in a 32-bit word before them. */
final class Q5x1Codes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    scales[group] = CodeReader.half(source, from);
    minima[group] = CodeReader.half(source, from + 2);
    Q5x0Codes.readCodes(source, from + 4, codes, at);
  }
}
