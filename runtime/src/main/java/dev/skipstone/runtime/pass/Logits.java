package dev.skipstone.runtime.pass;

/**
 * Logits of one pass, where the backend computed them; valid until the runner's next pass. Rows are
 * counted among {@link Pass#logitRows}. After an adapted pass there are logits of {@link
 * AdapterWeights#vocabulary} only: the other tokens count as impossible.
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
   * @param target receives [vocabulary] values from its start; negative infinity where a token has
   *     no logit
   */
  void read(int row, float[] target);
}
