package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.DraftTokens;
import dev.skipstone.runtime.pass.TokenChooser;
import java.util.Arrays;
import java.util.Objects;

/** Proposed tokens, a chain. One draft is used for all steps of a generation. */
public final class Draft implements DraftTokens {
  private final int[] tokens;
  private final boolean[] drawn;
  private int length;

  /**
   * An empty draft.
   *
   * @param capacity most tokens; adding more fails with an {@link IndexOutOfBoundsException}
   */
  public Draft(int capacity) {
    tokens = new int[capacity];
    drawn = new boolean[capacity];
  }

  public void clear() {
    length = 0;
  }

  /** Forgets the tokens from a length on; no effect where there are no more. */
  public void truncate(int newLength) {
    length = Math.min(length, newLength);
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int token(int index) {
    return tokens[Objects.checkIndex(index, length)];
  }

  /** A copy of the tokens. */
  public int[] tokens() {
    return Arrays.copyOf(tokens, length);
  }

  /** Proposes a token that was chosen for certain. */
  public void add(int token) {
    drawn[length] = false;
    tokens[length++] = token;
  }

  /** Proposes a token that {@link TokenChooser#draft} chose for this place. */
  public void addDrawn(int token) {
    drawn[length] = true;
    tokens[length++] = token;
  }

  @Override
  public boolean isDrawn(int index) {
    return drawn[Objects.checkIndex(index, length)];
  }
}
