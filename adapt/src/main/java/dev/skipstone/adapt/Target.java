package dev.skipstone.adapt;

import dev.skipstone.adapt.layer.TargetStates;

/** The frozen model, as training sees it. */
public interface Target {
  /** The longest sequence, in tokens. */
  int maxTokens();

  /**
   * Runs the model over a sequence.
   *
   * @return what it left, valid until the next call
   * @throws IllegalArgumentException for a sequence that is empty or too long, or a token that is
   *     not in the vocabulary
   */
  TargetStates run(int[] tokens);
}
