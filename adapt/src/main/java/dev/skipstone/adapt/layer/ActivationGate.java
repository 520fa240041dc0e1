package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Rows;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.Architecture.Activation;

/**
 * The product inside an MLP (arXiv 2002.05202): y = g sigmoid(a(g)) u, with a(g) = g for SiLU, and
 * a(g) = 2 sqrt(2/pi) (g + 0.044715 g^3) for GELU's approximation by tanh (arXiv 1606.08415).
 */
final class ActivationGate {
  /** Values of a unit: a few rows of common widths. */
  private static final int UNIT = 4096;

  private static final float GELU_CUBE = 0.044715f;
  private static final float GELU_SLOPE = (float) (2 * Math.sqrt(2 / Math.PI));

  private final boolean gelu;
  private final Workers workers;
  private final float[][] buffers;
  private final Workers.Task forward = this::forwardUnit;
  private final Workers.Task backward = this::backwardUnit;

  private int size;
  private float[] gate;
  private float[] up;
  private float[] output;
  private float[] outputGradient;
  private float[] gateGradient;

  ActivationGate(Activation activation, Workers workers) {
    gelu = activation == Activation.GELU_TANH;
    this.workers = workers;
    buffers = new float[workers.size()][UNIT];
  }

  /** Computes y of {@code count} values. */
  void forward(int count, float[] g, float[] u, float[] y) {
    size = count;
    gate = g;
    up = u;
    output = y;
    workers.run((count + UNIT - 1) / UNIT, forward);
  }

  /**
   * Computes the gradients of g and u.
   *
   * @param yGradient becomes the gradient of u
   * @param gGradient receives that of g
   */
  void backward(int count, float[] g, float[] u, float[] yGradient, float[] gGradient) {
    size = count;
    gate = g;
    up = u;
    outputGradient = yGradient;
    gateGradient = gGradient;
    workers.run((count + UNIT - 1) / UNIT, backward);
  }

  /** e^-a(g) of a range; the sigmoid is 1 / (1 + e^-a(g)). */
  private float[] exponentials(int worker, int from, int count) {
    float[] result = buffers[worker];
    if (gelu) {
      for (int i = 0; i < count; i++) {
        float g = gate[from + i];
        result[i] = g + GELU_CUBE * g * g * g;
      }
      Rows.exponential(result, 0, count, -GELU_SLOPE, 0, result, 0);
    } else {
      Rows.exponential(gate, from, count, -1, 0, result, 0);
    }
    return result;
  }

  private void forwardUnit(int worker, int unit) {
    int from = unit * UNIT;
    int count = Math.min(UNIT, size - from);
    float[] exponentials = exponentials(worker, from, count);
    for (int i = 0; i < count; i++) {
      output[from + i] = gate[from + i] / (1 + exponentials[i]) * up[from + i];
    }
  }

  /** d(g sigmoid(a(g))) / dg = s (1 + g a'(g) (1 - s)). */
  private void backwardUnit(int worker, int unit) {
    int from = unit * UNIT;
    int count = Math.min(UNIT, size - from);
    float[] exponentials = exponentials(worker, from, count);
    for (int i = 0; i < count; i++) {
      float g = gate[from + i];
      float gradient = outputGradient[from + i];
      float sigmoid = 1 / (1 + exponentials[i]);
      float slope = gelu ? GELU_SLOPE * (1 + 3 * GELU_CUBE * g * g) : 1;
      gateGradient[from + i] = gradient * up[from + i] * sigmoid * (1 + g * slope * (1 - sigmoid));
      outputGradient[from + i] = gradient * g * sigmoid;
    }
  }
}
