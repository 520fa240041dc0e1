package dev.skipstone.runtime.pass;

/**
 * Logits of one pass, where the backend computed them; valid until the runner's next pass. Rows are
 * counted among {@link Pass#logitRows}.
 */
public interface Logits {
  /** How many rows there are: as many as the pass asked for. */
  int rows();

  /** Logits of a row. */
  int vocabulary();

  /**
   * The token with the largest logit, the first of several.
   *
   * @throws IndexOutOfBoundsException if there is no such row, as in the other methods
   */
  int argmax(int row);

  /** The largest probability under softmax at temperature 1: exp(max) / sum of exp. */
  float topProbability(int row);

  /**
   * Copies a row's logits.
   *
   * @param target receives [vocabulary] values from its start
   */
  void read(int row, float[] target);
}
