package dev.skipstone.runtime.draft;

import java.util.Arrays;

/** The token ids of a sequence so far, prompt and answer; position i is token i's. */
public final class TokenHistory {
  private int[] tokens = new int[256];
  private int length;

  public int length() {
    return length;
  }

  public int get(int index) {
    return tokens[index];
  }

  /** The newest token; there has to be one. */
  public int last() {
    return tokens[length - 1];
  }

  public void add(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = token;
  }

  /** Forgets all tokens from a length on; no effect where there are no more. */
  public void truncate(int newLength) {
    length = Math.min(length, newLength);
  }

  /** How many tokens, from the first on, are the same in {@code other}. */
  public int commonPrefix(int[] other) {
    int common = Arrays.mismatch(tokens, 0, length, other, 0, other.length);
    return common < 0 ? length : common;
  }
}
