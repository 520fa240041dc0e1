package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Rows;

/** What a sublayer reads of the residual stream: it is normed, or in some families as it is. */
final class SublayerInput {
  private final RmsNorm norm;
  private final int width;
  private final float[] normed;

  /**
   * @param norm null for none
   */
  SublayerInput(RmsNorm norm, Scratch scratch) {
    this.norm = norm;
    width = scratch.sizes().width();
    normed = new float[norm == null ? 0 : scratch.normed().length];
  }

  /**
   * Reads.
   *
   * @param x [rows][width]
   * @return [rows][width], as {@link #read}
   */
  float[] forward(int rows, float[] x) {
    if (norm != null) {
      norm.forward(rows, x, normed);
    }
    return read(x);
  }

  /** What {@link #forward} gave for x. */
  float[] read(float[] x) {
    return norm == null ? x : normed;
  }

  /**
   * Adds to the gradient of x.
   *
   * @param x what {@link #forward} had
   * @param readGradient gradient of what was read; not kept
   */
  void backward(int rows, float[] x, float[] readGradient, float[] xGradient) {
    if (norm == null) {
      Rows.addScaled(1, readGradient, 0, xGradient, 0, rows * width);
    } else {
      norm.backward(rows, x, readGradient, xGradient);
    }
  }
}
