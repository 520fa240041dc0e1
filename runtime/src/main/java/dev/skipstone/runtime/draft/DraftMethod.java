package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.LayerPath;

/** A way of drafting and its settings; opens a {@link Drafter} for each generation. */
public interface DraftMethod {
  /** Name on the command line and in reports. */
  String name();

  /** Plain decoding. */
  static DraftMethod none() {
    throw new UnsupportedOperationException();
  }

  /** Draft &amp; Verify with the built-in choice of skipped sublayers for the model's depth. */
  static DraftMethod skip() {
    throw new UnsupportedOperationException();
  }

  /**
   * Draft &amp; Verify (arXiv 2309.08168).
   *
   * @param path sublayers that a draft pass runs; null for the built-in choice
   * @param draftTokens most tokens a draft; 1 to {@value #MAX_DRAFT_TOKENS}
   */
  static DraftMethod skip(LayerPath path, int draftTokens) {
    throw new UnsupportedOperationException();
  }

  /**
   * Prompt lookup: proposes what followed the last n-gram earlier in the text.
   *
   * @param draftTokens most tokens a draft; 1 to {@value #MAX_DRAFT_TOKENS}
   */
  static DraftMethod ngram(int draftTokens) {
    throw new UnsupportedOperationException();
  }

  /** Longest draft. */
  int MAX_DRAFT_TOKENS = 15;
}
