package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/**
 * The printable characters in which byte-level vocabularies write bytes: a byte that is a visible
 * Latin-1 character stands for itself, the other 68 are numbered from U+0100 in byte order.
 */
final class ByteAlphabet {
  private static final int FIRST_STAND_IN = 0x100;
  private static final char[] CHARS = new char[256];
  private static final short[] BYTES;

  static {
    int standIn = FIRST_STAND_IN;
    for (int b = 0; b < CHARS.length; b++) {
      CHARS[b] = visible(b) ? (char) b : (char) standIn++;
    }
    BYTES = new short[standIn];
    Arrays.fill(BYTES, (short) -1);
    for (int b = 0; b < CHARS.length; b++) {
      BYTES[CHARS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** The character that stands for a byte (0 to 255). */
  static char character(int value) {
    return CHARS[value];
  }

  /** The bytes that a token stands for, or null if a character is outside the alphabet. */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      if (c >= BYTES.length || BYTES[c] < 0) {
        return null;
      }
      bytes[i] = (byte) BYTES[c];
    }
    return bytes;
  }

  private static boolean visible(int b) {
    return (b > 0x20 && b < 0x7f) || (b > 0xa0 && b != 0xad);
  }
}
