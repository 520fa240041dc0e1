package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.DraftTokens;
import dev.skipstone.runtime.pass.TokenChooser;
import java.util.Arrays;
import java.util.Objects;

/** Proposed tokens, a chain. One draft is used for all steps of a generation. */
public final class Draft implements DraftTokens {
  private final int[] tokens;
  private final boolean[] drawn;
  private final float[] confidences;
  private int length;

  /**
   * An empty draft.
   *
   * @param capacity most tokens; adding more fails with an {@link IndexOutOfBoundsException}
   */
  public Draft(int capacity) {
    tokens = new int[capacity];
    drawn = new boolean[capacity];
    confidences = new float[capacity];
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
    add(token, false, Float.NaN);
  }

  /** Proposes a token that {@link TokenChooser#draft} chose for this place. */
  public void addDrawn(int token) {
    add(token, true, Float.NaN);
  }

  /**
   * Proposes a token that {@link TokenChooser#draft} chose for this place, of a draft that may be
   * cut where its drafter is not sure enough.
   *
   * @param confidence the drafter's probability of its best token here, 0 to 1
   */
  public void addDrawn(int token, float confidence) {
    add(token, true, confidence);
  }

  private void add(int token, boolean chosen, float confidence) {
    drawn[length] = chosen;
    confidences[length] = confidence;
    tokens[length++] = token;
  }

  /**
   * The drafter's confidence in a token; not a number where it gave none.
   *
   * @throws IndexOutOfBoundsException if there are no more than {@code index}
   */
  public float confidence(int index) {
    return confidences[Objects.checkIndex(index, length)];
  }

  @Override
  public boolean isDrawn(int index) {
    return drawn[Objects.checkIndex(index, length)];
  }
}
