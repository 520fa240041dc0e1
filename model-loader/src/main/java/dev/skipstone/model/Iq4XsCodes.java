package dev.skipstone.model;

/**
 * IQ4_XS: eight groups of codes as IQ4_NL has them. A group has a scale of 6 bits around 32, in
 * units of the float16 number at the start: the upper 2 bits of all scales, then the lower 4.
 */
final class Iq4XsCodes implements CodeReader {
  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    float unit = CodeReader.half(source, from);
    int upper = CodeReader.bits16(source, from + 2);
    for (int i = 0; i < 8; i++) {
      int low = source[from + 4 + (i >> 1)] >> ((i & 1) * 4) & 15;
      int high = upper >> (2 * i) & 3;
      scales[group + i] = unit * ((low | high << 4) - 32);
      Iq4NlCodes.readCodes(source, from + 8 + 16 * i, codes, at + 32 * i);
    }
  }
}
