package dev.skipstone.adapt.layer;

import java.util.Arrays;

/** Queries or keys: a product, in some families normed, and rotated. */
final class RotatedHeads {
  private final Linear matrix;
  private final RmsNorm norm;
  private final int normsOfRow;
  private final RotaryEmbedding rope;
  private final int heads;
  private final float[] projected;
  private final float[] values;

  /**
   * @param norm of each head, or of all of a row; null for none
   * @param heads of a row
   */
  RotatedHeads(
      Linear matrix, RmsNorm norm, RotaryEmbedding rope, int heads, int headSize, int maxRows) {
    this.matrix = matrix;
    this.norm = norm;
    this.rope = rope;
    this.heads = heads;
    normsOfRow = norm == null ? 0 : heads * headSize / norm.width();
    projected = new float[maxRows * heads * headSize];
    values = norm == null ? projected : new float[projected.length];
  }

  /** [rows][heads * head size], as {@link #forward} computed them. */
  float[] values() {
    return values;
  }

  /**
   * Computes the values.
   *
   * @param x [rows][width]
   */
  void forward(AnchorBatch batch, float[] x) {
    int rows = batch.rows();
    matrix.forward(rows, x, projected, false);
    if (norm != null) {
      norm.forward(rows * normsOfRow, projected, values);
    }
    rope.forward(batch, values, heads);
  }

  /**
   * Computes the gradient of x, or adds to it; adds to those of what is trained.
   *
   * @param x what {@link #forward} had
   * @param gradient of the values; not kept
   * @param buffer of the same size, to be written over
   */
  void backward(
      AnchorBatch batch,
      float[] x,
      float[] gradient,
      float[] buffer,
      float[] xGradient,
      boolean add) {
    rope.backward(batch, gradient, heads);
    float[] projectedGradient = gradient;
    if (norm != null) {
      int count = batch.rows() * normsOfRow;
      Arrays.fill(buffer, 0, count * norm.width(), 0);
      norm.backward(count, projected, gradient, buffer);
      projectedGradient = buffer;
    }
    matrix.backward(batch.rows(), x, projectedGradient, xGradient, add);
  }
}
