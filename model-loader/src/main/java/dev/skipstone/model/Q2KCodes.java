package dev.skipstone.model;

/**
 * Q2_K: 256 codes of 2 bits in groups of 16. A byte for each group has its scale and its minimum, 4
 * bits each, in units of two float16 numbers.
 */
final class Q2KCodes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    float scale = CodeReader.half(source, from + 80);
    float minimum = CodeReader.half(source, from + 82);
    for (int i = 0; i < 16; i++) {
      int pair = source[from + i];
      scales[group + i] = scale * (pair & 15);
      minima[group + i] = -(minimum * (pair >> 4 & 15));
    }
    CodeReader.pairs(source, from + 16, codes, at);
  }
}
