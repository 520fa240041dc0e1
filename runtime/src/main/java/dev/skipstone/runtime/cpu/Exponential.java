package dev.skipstone.runtime.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * e^x to about 2 units in the last place: x = k ln 2 + r with |r| at most ln 2 / 2, a polynomial in
 * r, and k put into the exponent. The same bits whether interpreted or compiled.
 */
final class Exponential {
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.69314575f;
  private static final float LN2_LOW = 1.4286068e-6f;
  private static final float ROUND = 0x1.8p23f;

  /** Between them the result is a normal float. */
  private static final float LEAST = -87;

  private static final float MOST = 88;

  private Exponential() {}

  /**
   * y[i] = e^(factor * x[i] + offset) over a range. All in one method: one that takes or gives
   * vectors, and was compiled before its caller, may not be inlined, and then every vector goes
   * through the heap.
   *
   * @param count a multiple of the lanes
   * @param y may be {@code x}
   */
  static void apply(float[] x, int from, int count, float factor, float offset, float[] y, int to) {
    FloatVector scale = FloatVector.broadcast(Lanes.FLOAT, factor);
    FloatVector shift = FloatVector.broadcast(Lanes.FLOAT, offset);
    for (int i = 0; i < count; i += Lanes.FLOATS) {
      FloatVector argument =
          FloatVector.fromArray(Lanes.FLOAT, x, from + i).fma(scale, shift).max(LEAST).min(MOST);
      FloatVector k = argument.mul(LOG2_E).add(ROUND).sub(ROUND);
      FloatVector r = k.fma(FloatVector.broadcast(Lanes.FLOAT, -LN2_HIGH), argument);
      r = k.fma(FloatVector.broadcast(Lanes.FLOAT, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(Lanes.FLOAT, 1f / 720);
      p = p.fma(r, FloatVector.broadcast(Lanes.FLOAT, 1f / 120));
      p = p.fma(r, FloatVector.broadcast(Lanes.FLOAT, 1f / 24));
      p = p.fma(r, FloatVector.broadcast(Lanes.FLOAT, 1f / 6));
      p = p.fma(r, FloatVector.broadcast(Lanes.FLOAT, 1f / 2));
      p = p.fma(r, FloatVector.broadcast(Lanes.FLOAT, 1));
      p = p.fma(r, FloatVector.broadcast(Lanes.FLOAT, 1));
      IntVector exponent = (IntVector) k.convert(VectorOperators.F2I, 0);
      p.mul(exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .intoArray(y, to + i);
    }
  }
}
