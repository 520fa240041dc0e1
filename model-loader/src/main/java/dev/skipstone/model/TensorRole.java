package dev.skipstone.model;

/**
 * What a tensor is for, whatever its name in the file. Roles from {@link #ATTENTION_NORM} on belong
 * to a layer.
 */
public enum TensorRole {
  /** [vocabulary, width]. */
  TOKEN_EMBEDDING,
  /** [width]. */
  OUTPUT_NORM,
  /** [vocabulary, width]; absent where the output is tied to the embedding. */
  OUTPUT,
  /** [width]. */
  ATTENTION_NORM,
  /** [heads * headSize, width]. */
  ATTENTION_QUERY,
  /** [keyValueHeads * headSize, width]. */
  ATTENTION_KEY,
  /** [keyValueHeads * headSize, width]. */
  ATTENTION_VALUE,
  /** [width, heads * headSize]. */
  ATTENTION_OUTPUT,
  /** [width]. */
  MLP_NORM,
  /** [hidden, width]. */
  MLP_GATE,
  /** [hidden, width]. */
  MLP_UP,
  /** [width, hidden]. */
  MLP_DOWN;

  /** Whether there is one such tensor in each layer. */
  public boolean perLayer() {
    return compareTo(ATTENTION_NORM) >= 0;
  }
}
