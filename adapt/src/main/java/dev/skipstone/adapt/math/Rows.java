package dev.skipstone.adapt.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Operations on single rows. Sums have a fixed order: lane by lane, then over the lanes. What has
 * no sum is a plain loop, which the compiler makes vectors of.
 */
public final class Rows {
  private static final VectorSpecies<Float> FLOAT = TileKernel.FLOAT;
  private static final int LANES = TileKernel.LANES;

  private Rows() {}

  /** A buffer for {@link #dot}, one a thread. */
  public static float[] lanes() {
    return new float[LANES];
  }

  /** The sum of x[i] y[i]. */
  public static float dot(float[] x, int from, float[] y, int other, int count, float[] lanes) {
    FloatVector sums = FloatVector.zero(FLOAT);
    int bound = FLOAT.loopBound(count);
    for (int i = 0; i < bound; i += LANES) {
      sums =
          FloatVector.fromArray(FLOAT, x, from + i)
              .fma(FloatVector.fromArray(FLOAT, y, other + i), sums);
    }
    sums.intoArray(lanes, 0);
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    for (int i = bound; i < count; i++) {
      sum = Math.fma(x[from + i], y[other + i], sum);
    }
    return sum;
  }

  /** The sum of x[i]. */
  public static float sum(float[] x, int from, int count, float[] lanes) {
    FloatVector sums = FloatVector.zero(FLOAT);
    int bound = FLOAT.loopBound(count);
    for (int i = 0; i < bound; i += LANES) {
      sums = sums.add(FloatVector.fromArray(FLOAT, x, from + i));
    }
    sums.intoArray(lanes, 0);
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    for (int i = bound; i < count; i++) {
      sum += x[from + i];
    }
    return sum;
  }

  /** The largest of {@code count} values, at least one. */
  public static float max(float[] x, int from, int count) {
    FloatVector most = FloatVector.broadcast(FLOAT, Float.NEGATIVE_INFINITY);
    int bound = FLOAT.loopBound(count);
    for (int i = 0; i < bound; i += LANES) {
      most = most.max(FloatVector.fromArray(FLOAT, x, from + i));
    }
    float max = most.reduceLanes(VectorOperators.MAX);
    for (int i = bound; i < count; i++) {
      max = Math.max(max, x[from + i]);
    }
    return max;
  }

  /** y += factor x. */
  public static void addScaled(float factor, float[] x, int from, float[] y, int to, int count) {
    for (int i = 0; i < count; i++) {
      y[to + i] += factor * x[from + i];
    }
  }

  /** x *= factor. */
  public static void scale(float factor, float[] x, int from, int count) {
    for (int i = 0; i < count; i++) {
      x[from + i] *= factor;
    }
  }

  /**
   * y[i] = e^(factor x[i] + offset), within about 2 units in the last place, for arguments from -87
   * to 88; below and above, the result is that of these.
   *
   * @param y may be {@code x}
   */
  public static void exponential(
      float[] x, int from, int count, float factor, float offset, float[] y, int to) {
    Exponential.apply(x, from, count, factor, offset, y, to);
  }
}
