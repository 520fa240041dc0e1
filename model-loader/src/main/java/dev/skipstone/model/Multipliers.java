package dev.skipstone.model;

/**
 * Constants that some families multiply with, or hold values down with: y = cap tanh(x / cap).
 *
 * @param embedding of a token's embedding
 * @param scores of the products of queries and keys; 1 / sqrt(head size) in most families
 * @param residual of what a sublayer adds to the residual stream
 * @param logits of the output
 * @param scoreCap cap of the scores; 0 for none
 * @param logitCap cap of the logits, after their multiplier; 0 for none
 */
public record Multipliers(
    float embedding, float scores, float residual, float logits, float scoreCap, float logitCap) {

  /** Those of a plain transformer. */
  public static Multipliers plain(int headSize) {
    return new Multipliers(1, (float) (1 / Math.sqrt(headSize)), 1, 1, 0, 0);
  }
}
