package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.MatrixProduct;
import dev.skipstone.adapt.math.Rows;

/**
 * y = (W + up down) x + bias, with W and bias frozen and the factors trained; or y = W x + bias.
 */
final class Linear {
  private final FrozenMatrix weight;
  private final float[] bias;
  private final LowRank delta;
  private final MatrixProduct product;

  /**
   * @param bias null for none
   * @param delta up and down; null for W alone, which has no backward
   */
  Linear(FrozenMatrix weight, float[] bias, LowRank delta, MatrixProduct product) {
    this.weight = weight;
    this.bias = bias;
    this.delta = delta;
    this.product = product;
  }

  /**
   * Computes y, or adds to it.
   *
   * @param x [rows][in]
   * @param y [rows][out]
   */
  void forward(int rows, float[] x, float[] y, boolean add) {
    product.multiply(rows, x, weight.forward(), y, add);
    for (int row = 0; row < rows && bias != null; row++) {
      Rows.addScaled(1, bias, 0, y, row * bias.length, bias.length);
    }
    if (delta != null) {
      delta.forward(rows, x, y);
    }
  }

  /**
   * Computes the gradient of x, or adds to it; adds to those of the factors.
   *
   * @param x what {@link #forward} had
   */
  void backward(int rows, float[] x, float[] yGradient, float[] xGradient, boolean add) {
    product.multiply(rows, yGradient, weight.backward(), xGradient, add);
    delta.backward(rows, x, yGradient, xGradient);
  }
}
