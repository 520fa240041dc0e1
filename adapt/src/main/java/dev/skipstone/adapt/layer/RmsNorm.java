package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Rows;
import dev.skipstone.adapt.math.Workers;

/**
 * RMSNorm (arXiv 1910.07467) with a frozen weight: y = x s w, s = 1 / sqrt(mean(x^2) + epsilon).
 */
final class RmsNorm {
  private static final int UNIT = 16;

  private final float[] weight;
  private final float epsilon;
  private final Workers workers;
  private final float[][] lanes;
  private final float[] factors;
  private final Workers.Task forward = this::forwardUnit;
  private final Workers.Task backward = this::backwardUnit;

  private int rows;
  private float[] x;
  private float[] y;
  private float[] yGradient;
  private float[] xGradient;

  RmsNorm(float[] weight, float epsilon, int maxRows, Workers workers) {
    this.weight = weight;
    this.epsilon = epsilon;
    this.workers = workers;
    factors = new float[maxRows];
    lanes = new float[workers.size()][];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = Rows.lanes();
    }
  }

  /** Values that are normed together. */
  int width() {
    return weight.length;
  }

  void forward(int count, float[] input, float[] output) {
    rows = count;
    x = input;
    y = output;
    workers.run((count + UNIT - 1) / UNIT, forward);
  }

  /** Adds to the gradient of x, which is what {@link #forward} had. */
  void backward(int count, float[] input, float[] outputGradient, float[] inputGradient) {
    rows = count;
    x = input;
    yGradient = outputGradient;
    xGradient = inputGradient;
    workers.run((count + UNIT - 1) / UNIT, backward);
  }

  private void forwardUnit(int worker, int unit) {
    int width = weight.length;
    for (int row = unit * UNIT; row < Math.min(rows, (unit + 1) * UNIT); row++) {
      int at = row * width;
      float squares = Rows.dot(x, at, x, at, width, lanes[worker]);
      float factor = (float) (1 / Math.sqrt(squares / width + epsilon));
      factors[row] = factor;
      normRow(at, factor);
    }
  }

  private void normRow(int at, float factor) {
    for (int i = 0; i < weight.length; i++) {
      y[at + i] = x[at + i] * factor * weight[i];
    }
  }

  /** dx = s w dy - x s^3 / n sum(x w dy). */
  private void backwardUnit(int worker, int unit) {
    int width = weight.length;
    for (int row = unit * UNIT; row < Math.min(rows, (unit + 1) * UNIT); row++) {
      int at = row * width;
      for (int i = 0; i < width; i++) {
        yGradient[at + i] *= weight[i];
      }
      float factor = factors[row];
      float sum = Rows.dot(x, at, yGradient, at, width, lanes[worker]);
      float pull = -factor * factor * factor * sum / width;
      for (int i = 0; i < width; i++) {
        xGradient[at + i] += factor * yGradient[at + i] + pull * x[at + i];
      }
    }
  }
}
