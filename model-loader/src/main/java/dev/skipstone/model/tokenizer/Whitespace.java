package dev.skipstone.model.tokenizer;

/** Unicode's White_Space. */
final class Whitespace {
  private static final int NEXT_LINE = 0x85;

  private Whitespace() {}

  static boolean is(int c) {
    return (c >= '\t' && c <= '\r') || c == NEXT_LINE || Character.isSpaceChar(c);
  }
}
