package dev.skipstone.runtime.pass;

/** A chain of proposed tokens: each is meant to follow those before it. */
public interface DraftTokens {
  int length();

  /**
   * A token.
   *
   * @throws IndexOutOfBoundsException if there are no more than {@code index}
   */
  int token(int index);

  /**
   * Whether {@link TokenChooser#draft} chose a token; otherwise it was chosen for certain.
   *
   * @throws IndexOutOfBoundsException if there are no more than {@code index}
   */
  boolean isDrawn(int index);
}
