package dev.skipstone.model;

/** IQ4_NL: a float16 scale and 32 numbers of a table of 16 codes, the first half low nibbles. */
final class Iq4NlCodes implements CodeReader {
  /** Dense around zero, where most weights are. */
  static final byte[] LEVELS = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /** 32 codes by their numbers in the table, the first half in the low nibbles. */
  static void readCodes(byte[] source, int from, byte[] codes, int at) {
    CodeReader.nibbles(source, from, 16, codes, at);
    for (int i = at; i < at + 32; i++) {
      codes[i] = LEVELS[codes[i]];
    }
  }

  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    scales[group] = CodeReader.half(source, from);
    readCodes(source, from + 2, codes, at);
  }
}
