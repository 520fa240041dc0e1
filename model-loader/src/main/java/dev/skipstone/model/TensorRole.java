package dev.skipstone.model;

import java.util.List;

/**
 * What a tensor is for, whatever its name in the file. Roles from {@link #ATTENTION_NORM} on belong
 * to a layer. Which norms and biases there are differs between families.
 */
public enum TensorRole {
  /** [vocabulary, width]. */
  TOKEN_EMBEDDING,
  /** [width]. */
  OUTPUT_NORM,
  /** [vocabulary, width]; absent where the output is tied to the embedding. */
  OUTPUT,
  /** [width]; of an attention block's input. */
  ATTENTION_NORM,
  /** [heads * headSize, width]. */
  ATTENTION_QUERY,
  /** [keyValueHeads * headSize, width]. */
  ATTENTION_KEY,
  /** [keyValueHeads * headSize, width]. */
  ATTENTION_VALUE,
  /** [heads * headSize]. */
  ATTENTION_QUERY_BIAS,
  /** [keyValueHeads * headSize]. */
  ATTENTION_KEY_BIAS,
  /** [keyValueHeads * headSize]. */
  ATTENTION_VALUE_BIAS,
  /** [headSize] where each head is normed by itself, [heads * headSize] where all are as one. */
  ATTENTION_QUERY_NORM,
  /** [headSize], or [keyValueHeads * headSize] as with the query norm. */
  ATTENTION_KEY_NORM,
  /** [width, heads * headSize]. */
  ATTENTION_OUTPUT,
  /** [width]. */
  ATTENTION_OUTPUT_BIAS,
  /** [width]; of what an attention block adds to the residual stream. */
  ATTENTION_POST_NORM,
  /** [width]; of an MLP block's input. */
  MLP_NORM,
  /** [hidden, width]. */
  MLP_GATE,
  /** [hidden, width]. */
  MLP_UP,
  /** [hidden]. */
  MLP_GATE_BIAS,
  /** [hidden]. */
  MLP_UP_BIAS,
  /** [width, hidden]. */
  MLP_DOWN,
  /** [width]. */
  MLP_DOWN_BIAS,
  /** [width]; of what an MLP block adds to the residual stream. */
  MLP_POST_NORM;

  /** Whether there is one such tensor in each layer. */
  public boolean perLayer() {
    return compareTo(ATTENTION_NORM) >= 0;
  }

  /** Whether it is the weights of a norm. */
  public boolean isNorm() {
    return switch (this) {
      case OUTPUT_NORM,
          ATTENTION_NORM,
          ATTENTION_QUERY_NORM,
          ATTENTION_KEY_NORM,
          ATTENTION_POST_NORM,
          MLP_NORM,
          MLP_POST_NORM ->
          true;
      default -> false;
    };
  }

  /** Whether it is added to a product. */
  public boolean isBias() {
    return name().endsWith("_BIAS");
  }

  /**
   * The dimensions of such a tensor, outermost first; of a query's or key's norm those of one that
   * takes each head by itself.
   */
  public List<Long> shape(HyperParameters sizes) {
    long width = sizes.width();
    long hidden = sizes.hidden();
    long queries = (long) sizes.heads() * sizes.headSize();
    long keys = (long) sizes.keyValueHeads() * sizes.headSize();
    return switch (this) {
      case TOKEN_EMBEDDING, OUTPUT -> List.of((long) sizes.vocabulary(), width);
      case OUTPUT_NORM,
          ATTENTION_NORM,
          ATTENTION_OUTPUT_BIAS,
          ATTENTION_POST_NORM,
          MLP_NORM,
          MLP_DOWN_BIAS,
          MLP_POST_NORM ->
          List.of(width);
      case ATTENTION_QUERY -> List.of(queries, width);
      case ATTENTION_KEY, ATTENTION_VALUE -> List.of(keys, width);
      case ATTENTION_QUERY_BIAS -> List.of(queries);
      case ATTENTION_KEY_BIAS, ATTENTION_VALUE_BIAS -> List.of(keys);
      case ATTENTION_QUERY_NORM, ATTENTION_KEY_NORM -> List.of((long) sizes.headSize());
      case ATTENTION_OUTPUT -> List.of(width, queries);
      case MLP_GATE, MLP_UP -> List.of(hidden, width);
      case MLP_GATE_BIAS, MLP_UP_BIAS -> List.of(hidden);
      case MLP_DOWN -> List.of(width, hidden);
    };
  }
}
