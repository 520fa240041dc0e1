package dev.skipstone.runtime.pass;

/**
 * Logits of one pass, where the backend computed them; valid until the runner's next pass. Rows are
 * counted among {@link Pass#logitRows}.
 */
public interface Logits {
  int rows();

  int vocabulary();

  /** The token with the largest logit, the first of several. */
  int argmax(int row);

  /** The largest probability under softmax at temperature 1. */
  float topProbability(int row);

  /** Copies a row's logits to the start of {@code target}. */
  void read(int row, float[] target);
}
