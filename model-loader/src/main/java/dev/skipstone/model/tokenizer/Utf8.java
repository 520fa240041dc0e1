package dev.skipstone.model.tokenizer;

import java.nio.charset.StandardCharsets;

/** Decodes bytes that need not be well formed. */
final class Utf8 {
  private static final int SURROGATE_LEAD = 0xed;

  /** A byte that never occurs in UTF-8. */
  private static final byte INVALID = (byte) 0xff;

  private Utf8() {}

  /**
   * The text of {@code bytes[0, length)}, with U+FFFD for each longest part that could have been
   * the start of a character, as Unicode recommends. Java does so too, except that it takes an
   * encoded surrogate for one broken character; no part of it can start one.
   */
  static String decode(byte[] bytes, int length) {
    byte[] decodable = null;
    for (int i = 0; i + 1 < length; i++) {
      if ((bytes[i] & 0xff) == SURROGATE_LEAD && (bytes[i + 1] & 0xe0) == 0xa0) {
        decodable = decodable == null ? bytes.clone() : decodable;
        decodable[i] = INVALID;
      }
    }
    return new String(decodable == null ? bytes : decodable, 0, length, StandardCharsets.UTF_8);
  }
}
