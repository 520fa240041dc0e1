package dev.skipstone.adapt.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * e^x to about 2 units in the last place, by halves: x = k ln 2 + r with |r| at most ln 2 / 2, a
 * polynomial in r, and k put into the exponent. Below -87 the result is that of -87, and above 88
 * that of 88, so that it is always a normal number.
 */
final class Exponential {
  private static final VectorSpecies<Float> FLOAT = TileKernel.FLOAT;
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.69314575f;
  private static final float LN2_LOW = 1.4286068e-6f;
  private static final float ROUND = 0x1.8p23f;

  private Exponential() {}

  /**
   * y[i] = e^(factor x[i] + offset). All in one method: one that takes or gives vectors may not be
   * inlined, and then every vector goes through the heap.
   *
   * @param y may be {@code x}
   */
  static void apply(float[] x, int from, int count, float factor, float offset, float[] y, int to) {
    int bound = FLOAT.loopBound(count);
    for (int i = 0; i < bound; i += TileKernel.LANES) {
      FloatVector argument =
          FloatVector.fromArray(FLOAT, x, from + i).mul(factor).add(offset).max(-87).min(88);
      FloatVector k = argument.mul(LOG2_E).add(ROUND).sub(ROUND);
      FloatVector r = k.mul(-LN2_HIGH).add(argument);
      r = k.mul(-LN2_LOW).add(r);
      FloatVector p = r.mul(1f / 720).add(1f / 120);
      p = p.mul(r).add(1f / 24);
      p = p.mul(r).add(1f / 6);
      p = p.mul(r).add(1f / 2);
      p = p.mul(r).add(1);
      p = p.mul(r).add(1);
      IntVector exponent = (IntVector) k.convert(VectorOperators.F2I, 0);
      p.mul(exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .intoArray(y, to + i);
    }
    for (int i = bound; i < count; i++) {
      y[to + i] = exponential(x[from + i] * factor + offset);
    }
  }

  /** The same operations on one value, for the same bits. */
  private static float exponential(float argument) {
    float x = Math.min(Math.max(argument, -87), 88);
    float k = x * LOG2_E + ROUND - ROUND;
    float r = k * -LN2_HIGH + x;
    r = k * -LN2_LOW + r;
    float p = r * (1f / 720) + 1f / 120;
    p = p * r + 1f / 24;
    p = p * r + 1f / 6;
    p = p * r + 1f / 2;
    p = p * r + 1;
    p = p * r + 1;
    return p * Float.intBitsToFloat(((int) k + 127) << 23);
  }
}
