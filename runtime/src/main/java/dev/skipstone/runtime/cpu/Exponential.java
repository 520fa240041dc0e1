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

  static FloatVector of(FloatVector argument) {
    FloatVector x = argument.max(LEAST).min(MOST);
    FloatVector k = x.mul(LOG2_E).add(ROUND).sub(ROUND);
    FloatVector r = k.fma(broadcast(-LN2_HIGH), x);
    r = k.fma(broadcast(-LN2_LOW), r);
    FloatVector p = broadcast(1f / 720);
    p = p.fma(r, broadcast(1f / 120));
    p = p.fma(r, broadcast(1f / 24));
    p = p.fma(r, broadcast(1f / 6));
    p = p.fma(r, broadcast(1f / 2));
    p = p.fma(r, broadcast(1));
    p = p.fma(r, broadcast(1));
    IntVector exponent = (IntVector) k.convert(VectorOperators.F2I, 0);
    return p.mul(exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOAT, value);
  }
}
