package dev.skipstone.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text to bytes and back, where neither need be well formed. */
final class Utf8 {
  private static final int SURROGATE_LEAD = 0xed;
  private static final char REPLACEMENT = '\ufffd';

  /** A byte that never occurs in UTF-8. */
  private static final byte INVALID = (byte) 0xff;

  private Utf8() {}

  /**
   * The text of {@code bytes[from, to)}, with U+FFFD for each longest part that could have been the
   * start of a character, as Unicode recommends. Java does so too, except that it takes an encoded
   * surrogate for one broken character; no part of it can start one.
   */
  static String decode(byte[] bytes, int from, int to) {
    byte[] decodable = null;
    for (int i = from; i + 1 < to; i++) {
      if ((bytes[i] & 0xff) == SURROGATE_LEAD && (bytes[i + 1] & 0xe0) == 0xa0) {
        decodable = decodable == null ? bytes.clone() : decodable;
        decodable[i] = INVALID;
      }
    }
    return new String(
        decodable == null ? bytes : decodable, from, to - from, StandardCharsets.UTF_8);
  }

  /** An array that holds the bytes of so many chars: this one, or a larger one. */
  static byte[] reserve(byte[] bytes, int chars) {
    int most = Math.multiplyExact(3, chars);
    return bytes.length < most ? Arrays.copyOf(bytes, most) : bytes;
  }

  /** The text with U+FFFD for each lone surrogate. */
  static String wellFormed(String text) {
    StringBuilder fixed = null;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isSurrogate(text.charAt(i))) {
        continue;
      }
      if (Character.isSupplementaryCodePoint(text.codePointAt(i))) {
        i++;
        continue;
      }
      fixed = fixed == null ? new StringBuilder(text) : fixed;
      fixed.setCharAt(i, REPLACEMENT);
    }
    return fixed == null ? text : fixed.toString();
  }

  /** Where the character at {@code at} of a well-formed text ends. */
  static int next(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at)) ? at + 2 : at + 1;
  }

  /**
   * Writes {@code text[from, to)}, which is well formed; returns the number of bytes.
   *
   * @param utf8 large enough for it
   */
  static int encode(String text, int from, int to, byte[] utf8) {
    int n = 0;
    for (int i = from; i < to; i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        utf8[n++] = (byte) c;
      } else if (c < 0x800) {
        utf8[n++] = (byte) (0xc0 | (c >> 6));
        utf8[n++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isHighSurrogate((char) c)) {
        int whole = text.codePointAt(i++);
        utf8[n++] = (byte) (0xf0 | (whole >> 18));
        utf8[n++] = (byte) (0x80 | ((whole >> 12) & 0x3f));
        utf8[n++] = (byte) (0x80 | ((whole >> 6) & 0x3f));
        utf8[n++] = (byte) (0x80 | (whole & 0x3f));
      } else {
        utf8[n++] = (byte) (0xe0 | (c >> 12));
        utf8[n++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        utf8[n++] = (byte) (0x80 | (c & 0x3f));
      }
    }
    return n;
  }
}
