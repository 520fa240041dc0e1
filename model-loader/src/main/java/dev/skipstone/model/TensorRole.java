package dev.skipstone.model;

import java.util.List;

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

  /** Whether it is the weights of a norm. */
  public boolean isNorm() {
    return this == OUTPUT_NORM || this == ATTENTION_NORM || this == MLP_NORM;
  }

  /** The dimensions of such a tensor, outermost first. */
  public List<Long> shape(HyperParameters sizes) {
    long width = sizes.width();
    long queries = (long) sizes.heads() * sizes.headSize();
    return switch (this) {
      case TOKEN_EMBEDDING, OUTPUT -> List.of((long) sizes.vocabulary(), width);
      case OUTPUT_NORM, ATTENTION_NORM, MLP_NORM -> List.of(width);
      case ATTENTION_QUERY -> List.of(queries, width);
      case ATTENTION_KEY, ATTENTION_VALUE ->
          List.of((long) sizes.keyValueHeads() * sizes.headSize(), width);
      case ATTENTION_OUTPUT -> List.of(width, queries);
      case MLP_GATE, MLP_UP -> List.of((long) sizes.hidden(), width);
      case MLP_DOWN -> List.of(width, (long) sizes.hidden());
    };
  }
}
