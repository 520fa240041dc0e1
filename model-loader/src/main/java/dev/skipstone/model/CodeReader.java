package dev.skipstone.model;

/**
 * Takes blocks of one quantized type apart. A new type is one implementation and one line in {@link
 * TensorType}; an implementation has no state. It reads from an array, which is fast also before
 * the JVM has compiled it well.
 */
interface CodeReader {
  /**
   * Reads a block.
   *
   * @param source holds the block from {@code from} on
   * @param codes receives the block's codes from {@code at} on
   * @param scales receives the groups' scales from {@code group} on
   * @param minima receives the groups' minima, where the type has any
   */
  void read(
      byte[] source, int from, byte[] codes, int at, float[] scales, float[] minima, int group);

  /** The float16 at an offset. */
  static float half(byte[] source, int offset) {
    return Float.float16ToFloat((short) bits16(source, offset));
  }

  /** The 16-bit number at an offset, unsigned. */
  static int bits16(byte[] source, int offset) {
    return (source[offset] & 0xff) | (source[offset + 1] & 0xff) << 8;
  }

  /** The 32-bit number at an offset. */
  static int bits32(byte[] source, int offset) {
    return bits16(source, offset) | bits16(source, offset + 2) << 16;
  }

  /**
   * Reads codes of 4 bits: the low ones of {@code count} bytes, and then the high ones.
   *
   * @param count bytes
   */
  static void nibbles(byte[] source, int from, int count, byte[] codes, int at) {
    for (int i = 0; i < count; i++) {
      int pair = source[from + i];
      codes[at + i] = (byte) (pair & 15);
      codes[at + count + i] = (byte) (pair >> 4 & 15);
    }
  }

  /** Reads 256 codes of 2 bits: of 32 bytes the lowest bits, then the next, then another 32. */
  static void pairs(byte[] source, int from, byte[] codes, int at) {
    for (int i = 0; i < 256; i++) {
      int bits = source[from + (i >> 7) * 32 + (i & 31)];
      codes[at + i] = (byte) ((bits >> ((i >> 5 & 3) * 2)) & 3);
    }
  }

  /** Adds to some codes. */
  static void shift(byte[] codes, int at, int count, int by) {
    for (int i = at; i < at + count; i++) {
      codes[i] += (byte) by;
    }
  }

  /**
   * Reads eight scales and minima of 6 bits each from 12 bytes: the first four in the low bits of
   * bytes, the others in halves, their upper bits above those of the first.
   */
  static void sixBitPairs(
      byte[] source, int from, float scale, float minimum, float[] scales, float[] minima, int at) {
    for (int i = 0; i < 4; i++) {
      int first = source[from + i];
      int second = source[from + 4 + i];
      int halves = source[from + 8 + i];
      scales[at + i] = scale * (first & 63);
      minima[at + i] = -(minimum * (second & 63));
      scales[at + 4 + i] = scale * ((halves & 15) | (first >> 2 & 48));
      minima[at + 4 + i] = -(minimum * ((halves >> 4 & 15) | (second >> 2 & 48)));
    }
  }
}
