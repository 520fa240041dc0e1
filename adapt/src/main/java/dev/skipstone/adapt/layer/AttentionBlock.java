package dev.skipstone.adapt.layer;

import dev.skipstone.model.HyperParameters;

/** x + Wo attention(rope(Wq n), rope(Wk n), Wv n), with n = norm(x). */
final class AttentionBlock implements Block {
  /** The matrices that take the normed stream, and the one that gives back to it. */
  record Matrices(Linear query, Linear key, Linear value, Linear output) {}

  private final RmsNorm norm;
  private final Matrices matrices;
  private final RotaryEmbedding rope;
  private final DraftAttention attention;
  private final AttentionContext context;
  private final Scratch scratch;
  private final HyperParameters sizes;
  private final float[] normed;
  private final float[] queries;
  private final float[] keys;
  private final float[] values;
  private final float[] attended;
  private final float[] logSums;

  /**
   * @param context keys and values of earlier positions
   */
  AttentionBlock(
      RmsNorm norm,
      Matrices matrices,
      RotaryEmbedding rope,
      DraftAttention attention,
      AttentionContext context,
      Scratch scratch) {
    this.norm = norm;
    this.matrices = matrices;
    this.rope = rope;
    this.attention = attention;
    this.context = context;
    this.scratch = scratch;
    sizes = scratch.sizes();
    normed = new float[scratch.normed().length];
    queries = new float[scratch.queries().length];
    keys = new float[scratch.keys().length];
    values = new float[scratch.values().length];
    attended = new float[scratch.attended().length];
    logSums = new float[scratch.maxRows() * sizes.heads()];
  }

  @Override
  public void forward(AnchorBatch batch, float[] x, float[] y) {
    int rows = batch.rows();
    norm.forward(rows, x, normed);
    matrices.query().forward(rows, normed, queries, false);
    matrices.key().forward(rows, normed, keys, false);
    matrices.value().forward(rows, normed, values, false);
    rope.forward(batch, queries, sizes.heads());
    rope.forward(batch, keys, sizes.keyValueHeads());
    attention.forward(batch, context, queries, keys, values, attended, logSums);
    System.arraycopy(x, 0, y, 0, rows * sizes.width());
    matrices.output().forward(rows, attended, y, true);
  }

  @Override
  public void backward(AnchorBatch batch, float[] x, float[] gradient) {
    int rows = batch.rows();
    matrices.output().backward(rows, attended, gradient, scratch.attended(), false);
    attention.backward(batch, context, queries, keys, values, attended, logSums, scratch);
    rope.backward(batch, scratch.queries(), sizes.heads());
    rope.backward(batch, scratch.keys(), sizes.keyValueHeads());
    float[] normedGradient = scratch.normed();
    matrices.query().backward(rows, normed, scratch.queries(), normedGradient, false);
    matrices.key().backward(rows, normed, scratch.keys(), normedGradient, true);
    matrices.value().backward(rows, normed, scratch.values(), normedGradient, true);
    norm.backward(rows, x, normedGradient, gradient);
  }
}
