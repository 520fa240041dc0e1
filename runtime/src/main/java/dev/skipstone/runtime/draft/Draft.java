package dev.skipstone.runtime.draft;

import java.util.Arrays;
import java.util.Objects;

/**
 * Proposed tokens, a chain: each is meant to follow those before it. A token drawn by chance has
 * the probabilities beside it that it was drawn with. One draft is used for all steps of a
 * generation.
 */
public final class Draft {
  private final int[] tokens;
  private final float[][] probabilities;
  private final boolean[] drawn;
  private int length;

  /**
   * An empty draft.
   *
   * @param capacity most tokens; adding more fails with an {@link IndexOutOfBoundsException}
   */
  public Draft(int capacity) {
    tokens = new int[capacity];
    probabilities = new float[capacity][];
    drawn = new boolean[capacity];
  }

  public void clear() {
    length = 0;
  }

  public int length() {
    return length;
  }

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

  /** Proposes a token that was drawn from {@link #nextProbabilities}. */
  public void addDrawn(int token) {
    drawn[length] = true;
    tokens[length++] = token;
  }

  /**
   * Room for the distribution that the next token will be drawn from, [vocabulary]. It has to be
   * filled before {@link #addDrawn} and stay as it is until the draft is verified.
   */
  public float[] nextProbabilities(int vocabulary) {
    if (probabilities[length] == null) {
      probabilities[length] = new float[vocabulary];
    }
    return probabilities[length];
  }

  /** Whether a token was drawn by chance. */
  public boolean isDrawn(int index) {
    return drawn[Objects.checkIndex(index, length)];
  }

  /** The distribution that a drawn token comes from, [vocabulary]; only where {@link #isDrawn}. */
  public float[] probabilities(int index) {
    return probabilities[Objects.checkIndex(index, length)];
  }
}
