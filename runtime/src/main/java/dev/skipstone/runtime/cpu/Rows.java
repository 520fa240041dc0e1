package dev.skipstone.runtime.cpu;

import jdk.incubator.vector.FloatVector;

/** Operations on single rows of activations. */
final class Rows {
  private static final float GELU_CUBE = 0.044715f;

  private static final float GELU_SLOPE = (float) (2 * Math.sqrt(2 / Math.PI));

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

  /** x += factor y over a range. */
  static void addScaled(float[] x, int from, float[] y, int other, int count, float factor) {
    int bound = Lanes.FLOAT.loopBound(count);
    for (int i = 0; i < bound; i += Lanes.FLOATS) {
      FloatVector.fromArray(Lanes.FLOAT, y, other + i)
          .mul(factor)
          .add(FloatVector.fromArray(Lanes.FLOAT, x, from + i))
          .intoArray(x, from + i);
    }
    for (int i = bound; i < count; i++) {
      x[from + i] += factor * y[other + i];
    }
  }

  /** x *= factor over a range. */
  static void scale(float[] x, int from, int count, float factor) {
    for (int i = from; i < from + count; i++) {
      x[i] *= factor;
    }
  }

  /**
   * x = cap tanh(x / cap), as cap - 2 cap / (e^(2x / cap) + 1); {@code count} is a multiple of the
   * lanes.
   */
  static void softCap(float[] x, int from, int count, float cap) {
    Exponential.apply(x, from, count, 2 / cap, 0, x, from);
    FloatVector most = FloatVector.broadcast(Lanes.FLOAT, cap);
    FloatVector twice = FloatVector.broadcast(Lanes.FLOAT, 2 * cap);
    for (int i = from; i < from + count; i += Lanes.FLOATS) {
      FloatVector denominator = FloatVector.fromArray(Lanes.FLOAT, x, i).add(1);
      most.sub(twice.div(denominator)).intoArray(x, i);
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

  /**
   * GeGLU (arXiv 2002.05202) with GELU's approximation x sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3)),
   * which is its one with tanh: y = gelu(gate) * up; {@code count} is a multiple of the lanes.
   */
  static void geluGate(float[] x, int gate, int up, int count, float[] y, int to) {
    for (int i = 0; i < count; i += Lanes.FLOATS) {
      FloatVector value = FloatVector.fromArray(Lanes.FLOAT, x, gate + i);
      value.mul(value).mul(GELU_CUBE).add(1).mul(value).intoArray(y, to + i);
    }
    Exponential.apply(y, to, count, -GELU_SLOPE, 0, y, to);
    for (int i = 0; i < count; i += Lanes.FLOATS) {
      FloatVector denominator = FloatVector.fromArray(Lanes.FLOAT, y, to + i).add(1);
      FloatVector.fromArray(Lanes.FLOAT, x, gate + i)
          .div(denominator)
          .mul(FloatVector.fromArray(Lanes.FLOAT, x, up + i))
          .intoArray(y, to + i);
    }
  }
}
