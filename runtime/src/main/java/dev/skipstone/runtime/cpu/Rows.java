package dev.skipstone.runtime.cpu;

import jdk.incubator.vector.FloatVector;

/** Operations on single rows of activations. */
final class Rows {
  private Rows() {}

  /**
   * RMSNorm (arXiv 1910.07467): y = x / sqrt(mean(x^2) + epsilon) * weight.
   *
   * @param lanes a buffer of {@link Lanes#FLOATS} values
   */
  static void rmsNorm(
      float[] x, int from, float[] weight, float epsilon, float[] y, int to, float[] lanes) {
    int n = weight.length;
    FloatVector squares = FloatVector.zero(Lanes.FLOAT);
    int i = 0;
    for (; i < Lanes.FLOAT.loopBound(n); i += Lanes.FLOATS) {
      FloatVector value = FloatVector.fromArray(Lanes.FLOAT, x, from + i);
      squares = value.fma(value, squares);
    }
    squares.intoArray(lanes, 0);
    float sum = Lanes.sum(lanes);
    for (; i < n; i++) {
      sum = Math.fma(x[from + i], x[from + i], sum);
    }
    float factor = (float) (1 / Math.sqrt(sum / n + epsilon));
    int bound = Lanes.FLOAT.loopBound(n);
    for (i = 0; i < bound; i += Lanes.FLOATS) {
      FloatVector.fromArray(Lanes.FLOAT, x, from + i)
          .mul(factor)
          .mul(FloatVector.fromArray(Lanes.FLOAT, weight, i))
          .intoArray(y, to + i);
    }
    for (; i < n; i++) {
      y[to + i] = x[from + i] * factor * weight[i];
    }
  }

  /** x += y over a range. */
  static void add(float[] x, int from, float[] y, int other, int count) {
    int bound = Lanes.FLOAT.loopBound(count);
    for (int i = 0; i < bound; i += Lanes.FLOATS) {
      FloatVector.fromArray(Lanes.FLOAT, x, from + i)
          .add(FloatVector.fromArray(Lanes.FLOAT, y, other + i))
          .intoArray(x, from + i);
    }
    for (int i = bound; i < count; i++) {
      x[from + i] += y[other + i];
    }
  }

  /** x *= y over a range. */
  static void multiply(float[] x, int from, float[] y, int other, int count) {
    int bound = Lanes.FLOAT.loopBound(count);
    for (int i = 0; i < bound; i += Lanes.FLOATS) {
      FloatVector.fromArray(Lanes.FLOAT, x, from + i)
          .mul(FloatVector.fromArray(Lanes.FLOAT, y, other + i))
          .intoArray(x, from + i);
    }
    for (int i = bound; i < count; i++) {
      x[from + i] *= y[other + i];
    }
  }

  /**
   * SwiGLU (arXiv 2002.05202): y = gate * sigmoid(gate) * up; {@code count} is a multiple of the
   * lanes.
   */
  static void siluGate(float[] x, int gate, int up, int count, float[] y, int to) {
    Exponential.apply(x, gate, count, -1, 0, y, to);
    for (int i = 0; i < count; i += Lanes.FLOATS) {
      FloatVector denominator = FloatVector.fromArray(Lanes.FLOAT, y, to + i).add(1);
      FloatVector.fromArray(Lanes.FLOAT, x, gate + i)
          .div(denominator)
          .mul(FloatVector.fromArray(Lanes.FLOAT, x, up + i))
          .intoArray(y, to + i);
    }
  }
}
