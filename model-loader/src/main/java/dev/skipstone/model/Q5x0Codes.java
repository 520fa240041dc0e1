package dev.skipstone.model;

/** Q5_0: as Q4_0, with the fifth bits of all codes in a 32-bit word before them, around 16. */
final class Q5x0Codes implements CodeReader {

  /** A word of the fifth bits, and 32 nibbles, the first half in the low ones. */
  static void readCodes(byte[] source, int from, byte[] codes, int at) {
    int fifth = CodeReader.bits32(source, from);
    CodeReader.nibbles(source, from + 4, 16, codes, at);
    for (int i = 0; i < 32; i++) {
      codes[at + i] |= (byte) (((fifth >>> i) & 1) << 4);
    }
  }

  @Override
  public void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group) {
    scales[group] = CodeReader.half(source, from);
    readCodes(source, from + 2, codes, at);
    CodeReader.shift(codes, at, 32, -16);
  }
}
