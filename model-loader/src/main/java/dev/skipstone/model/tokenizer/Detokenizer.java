package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/**
 * Turns one stream of tokens to text and holds back bytes until they form whole characters. What
 * {@link #add} and {@link #finish} return is, put together, what {@link Tokenizer#decode} gives for
 * all the tokens at once. Not for use by several threads at a time.
 */
public final class Detokenizer {
  private final Tokenizer tokenizer;

  /** The first bytes of a character, at most three. */
  private byte[] held = {};

  private boolean dropsSpace;

  Detokenizer(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    dropsSpace = tokenizer.dropsFirstSpace();
  }

  /**
   * Adds a token; returns the characters that are complete now, possibly none.
   *
   * @throws IllegalArgumentException if the id is not in the vocabulary
   */
  public String add(int id) {
    byte[] bytes = tokenizer.bytes(id);
    if (dropsSpace && bytes.length > 0) {
      dropsSpace = false;
      bytes = bytes[0] == ' ' ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }
    if (held.length > 0) {
      byte[] joined = Arrays.copyOf(held, held.length + bytes.length);
      System.arraycopy(bytes, 0, joined, held.length, bytes.length);
      bytes = joined;
    }
    int whole = bytes.length - unfinished(bytes);
    held = Arrays.copyOfRange(bytes, whole, bytes.length);
    return Utf8.decode(bytes, 0, whole);
  }

  /** Ends the stream: what is left, broken bytes as U+FFFD. */
  public String finish() {
    String rest = Utf8.decode(held, 0, held.length);
    held = new byte[0];
    dropsSpace = tokenizer.dropsFirstSpace();
    return rest;
  }

  /** How many bytes at the end are the start of a character that more bytes could complete. */
  private static int unfinished(byte[] bytes) {
    for (int n = 1; n <= Math.min(3, bytes.length); n++) {
      int lead = bytes[bytes.length - n] & 0xff;
      if ((lead & 0xc0) == 0x80) {
        continue;
      }
      boolean open = n < length(lead) && (n == 1 || follows(lead, bytes[bytes.length - n + 1]));
      return open ? n : 0;
    }
    return 0;
  }

  /** Bytes in a character, by its first byte; 1 for a byte that starts none. */
  private static int length(int lead) {
    if (lead >= 0xc2 && lead <= 0xdf) {
      return 2;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
      return 3;
    }
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
  }

  /** Whether a continuation byte may come second: no overlong forms, no surrogates, no more. */
  private static boolean follows(int lead, byte second) {
    int value = second & 0xff;
    return switch (lead) {
      case 0xe0 -> value >= 0xa0;
      case 0xed -> value < 0xa0;
      case 0xf0 -> value >= 0x90;
      case 0xf4 -> value < 0x90;
      default -> true;
    };
  }
}
