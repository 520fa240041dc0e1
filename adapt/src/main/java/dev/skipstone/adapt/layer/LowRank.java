package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.MatrixProduct;
import dev.skipstone.adapt.math.Panels;

/**
 * A trained matrix of low rank, y += up (down x) (LoRA, arXiv 2106.09685, with scale 1). Both
 * factors are kept with the rank innermost, down [in][rank] and up [out][rank], so that either
 * gradient is a tall product with a narrow right factor.
 */
final class LowRank {
  private final Parameters parameters;
  private final MatrixProduct product;
  private final Parameters.Tensor down;
  private final Parameters.Tensor up;
  private final Panels downPanels;
  private final Panels downTransposed;
  private final Panels upPanels;
  private final Panels upTransposed;
  private final float[] hidden;
  private final float[] hiddenGradient;
  private final Panels hiddenPanels;

  LowRank(
      Parameters parameters,
      String name,
      int in,
      int out,
      int rank,
      int maxRows,
      MatrixProduct product) {
    this.parameters = parameters;
    this.product = product;
    down = parameters.add(name + ".down", in, rank, true);
    up = parameters.add(name + ".up", out, rank, true);
    downPanels = new Panels(in, rank);
    downTransposed = new Panels(rank, in);
    upPanels = new Panels(out, rank);
    upTransposed = new Panels(rank, out);
    hidden = new float[maxRows * rank];
    hiddenGradient = new float[maxRows * rank];
    hiddenPanels = new Panels(maxRows, rank);
  }

  /** [in][rank]. */
  Parameters.Tensor down() {
    return down;
  }

  /** [out][rank]. */
  Parameters.Tensor up() {
    return up;
  }

  /** Takes over changed parameters; may run beside that of others. */
  void refresh() {
    float[] values = parameters.values();
    int rank = down.columns();
    downPanels.pack(values, down.offset(), rank);
    downTransposed.packTransposed(values, down.offset(), rank);
    upPanels.pack(values, up.offset(), rank);
    upTransposed.packTransposed(values, up.offset(), rank);
  }

  /** y += up (down x). */
  void forward(int rows, float[] x, float[] y) {
    product.multiply(rows, x, downPanels, hidden, false);
    product.multiply(rows, hidden, upTransposed, y, true);
  }

  /**
   * Adds to the gradients of the factors and of x.
   *
   * @param x what {@link #forward} had
   */
  void backward(int rows, float[] x, float[] yGradient, float[] xGradient) {
    int rank = down.columns();
    float[] gradients = parameters.gradients();
    hiddenPanels.resize(rows, rank);
    hiddenPanels.pack(hidden, 0, rank);
    product.multiplyTransposed(up.rows(), yGradient, hiddenPanels, gradients, up.offset(), true);
    product.multiply(rows, yGradient, upPanels, hiddenGradient, false);
    hiddenPanels.pack(hiddenGradient, 0, rank);
    product.multiplyTransposed(down.rows(), x, hiddenPanels, gradients, down.offset(), true);
    product.multiply(rows, hiddenGradient, downTransposed, xGradient, true);
  }
}
