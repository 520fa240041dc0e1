package dev.skipstone.adapt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.adapt.math.MatrixProduct;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** Compares gradients with finite differences of a function in float64. */
final class GradientCheck {
  private static final double STEP = 1e-5;

  private GradientCheck() {}

  /**
   * Asserts that a gradient is that of a function.
   *
   * @param at where the gradient is
   * @param stride of the values that are looked at
   */
  static void assertGradient(
      String name, float[] at, int stride, float[] gradient, ToDoubleFunction<double[]> function) {
    double[] x = doubles(at);
    double largest = 0;
    for (float value : gradient) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).as("largest gradient of %s", name).isPositive().isFinite();
    for (int i = 0; i < x.length; i += stride) {
      double before = x[i];
      x[i] = before + STEP;
      double above = function.applyAsDouble(x);
      x[i] = before - STEP;
      double below = function.applyAsDouble(x);
      x[i] = before;
      double expected = (above - below) / (2 * STEP);
      assertThat((double) gradient[i])
          .as("gradient %d of %s", i, name)
          .isCloseTo(expected, within(2e-3 * Math.abs(expected) + 5e-4 * largest));
    }
  }

  static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  static float[] random(long seed, int size) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Some rows of a matrix, by itself. */
  static double[][] rows(double[] values, int columns) {
    double[][] rows = new double[values.length / columns][columns];
    for (int i = 0; i < values.length; i++) {
      rows[i / columns][i % columns] = values[i];
    }
    return rows;
  }

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  /** What a function makes of each row, one behind the other. */
  static double[] join(double[][] rows, UnaryOperator<double[]> each) {
    return Arrays.stream(rows).map(each).flatMapToDouble(Arrays::stream).toArray();
  }

  static void assertClose(float[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).as("value %d", i).isCloseTo(expected[i], within(2e-5));
    }
  }

  /** A matrix [out][in] with a delta that is zero. */
  static Linear frozen(float[] weight, int out, int in, int maxRows, MatrixProduct product) {
    Parameters parameters = new Parameters();
    LowRank delta = new LowRank(parameters, "w", in, out, 1, maxRows, product);
    parameters.allocate();
    delta.refresh();
    return new Linear(new FrozenMatrix(weight, out, in, true), null, delta, product);
  }
}
