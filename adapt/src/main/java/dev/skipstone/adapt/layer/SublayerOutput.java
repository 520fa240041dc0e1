package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Rows;
import java.util.Arrays;

/**
 * The way from a sublayer's inside back to the residual stream: y = x + factor norm(W inside), the
 * norm in some families only.
 */
final class SublayerOutput {
  private final Linear projection;
  private final RmsNorm norm;
  private final float factor;
  private final Scratch scratch;
  private final int width;

  /** What is normed and multiplied: kept where there is a norm, whose backward needs it. */
  private final float[] projected;

  /**
   * @param norm null for none
   */
  SublayerOutput(Linear projection, RmsNorm norm, Scratch scratch) {
    this.projection = projection;
    this.norm = norm;
    this.scratch = scratch;
    factor = scratch.sizes().multipliers().residual();
    width = scratch.sizes().width();
    projected = norm == null ? scratch.added() : new float[scratch.added().length];
  }

  private boolean isPlain() {
    return norm == null && factor == 1;
  }

  /**
   * Computes y.
   *
   * @param inside [rows][columns of W]
   * @param x [rows][width]
   */
  void forward(int rows, float[] inside, float[] x, float[] y) {
    int size = rows * width;
    System.arraycopy(x, 0, y, 0, size);
    if (isPlain()) {
      projection.forward(rows, inside, y, true);
      return;
    }
    projection.forward(rows, inside, projected, false);
    float[] added = projected;
    if (norm != null) {
      added = scratch.added();
      norm.forward(rows, projected, added);
    }
    Rows.addScaled(factor, added, 0, y, 0, size);
  }

  /**
   * Computes the gradient of the inside, and adds to those of what is trained. That of x is the
   * gradient of y, and this.
   *
   * @param inside what {@link #forward} had
   */
  void backward(int rows, float[] inside, float[] yGradient, float[] insideGradient) {
    float[] projectedGradient = isPlain() ? yGradient : scratch.added();
    int size = rows * width;
    if (norm != null) {
      float[] normedGradient = scratch.normed();
      System.arraycopy(yGradient, 0, normedGradient, 0, size);
      Rows.scale(factor, normedGradient, 0, size);
      Arrays.fill(projectedGradient, 0, size, 0);
      norm.backward(rows, projected, normedGradient, projectedGradient);
    } else if (!isPlain()) {
      System.arraycopy(yGradient, 0, projectedGradient, 0, size);
      Rows.scale(factor, projectedGradient, 0, size);
    }
    projection.backward(rows, inside, projectedGradient, insideGradient, false);
  }
}
