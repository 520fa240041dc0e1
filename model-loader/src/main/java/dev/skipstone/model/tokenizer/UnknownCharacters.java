package dev.skipstone.model.tokenizer;

/**
 * What becomes of characters without a token: the tokens of their bytes, or the unknown token.
 * Immutable.
 */
final class UnknownCharacters {
  /** The most tokens that one character can become. */
  static final int MOST_TOKENS = 4;

  private final int[] byteTokens;
  private final int unknown;
  private final boolean fused;

  /**
   * @param byteTokens a token for each byte; null where bytes have none
   * @param unknown the unknown token, or {@link Vocabulary#NO_UNKNOWN}
   * @param fused whether unknown characters that follow each other become one token
   */
  UnknownCharacters(int[] byteTokens, int unknown, boolean fused) {
    this.byteTokens = byteTokens;
    this.unknown = unknown;
    this.fused = fused;
  }

  /** Unknown characters of one text that may follow each other. */
  final class Run {
    private final byte[] utf8 = new byte[MOST_TOKENS];
    private boolean before;

    /** What comes next follows no unknown character. */
    void start() {
      before = false;
    }

    /**
     * Adds the tokens of the character {@code text[from, to)} to {@code tokens[count, …)}; returns
     * how many there are then.
     *
     * @throws IllegalArgumentException if there are neither tokens of its bytes nor an unknown one
     */
    int add(String text, int from, int to, int[] tokens, int count) {
      int end = count;
      if (byteTokens != null) {
        int length = Utf8.encode(text, from, to, utf8);
        for (int i = 0; i < length; i++) {
          tokens[end++] = byteTokens[utf8[i] & 0xff];
        }
        return end;
      }
      if (unknown == Vocabulary.NO_UNKNOWN) {
        Utf8.encode(text, from, to, utf8);
        throw Vocabulary.lacks(utf8[0]);
      }
      if (!(fused && before)) {
        tokens[end++] = unknown;
      }
      before = true;
      return end;
    }
  }
}
