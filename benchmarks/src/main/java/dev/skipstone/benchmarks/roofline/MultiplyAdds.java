package dev.skipstone.benchmarks.roofline;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Fused multiply-adds of float32 in registers, as fast as one thread can. */
public final class MultiplyAdds {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Enough that none waits for its own last result: two units, each with a latency of four. */
  private static final int CHAINS = 10;

  /** Operations of a step: a multiply-add counts as two. */
  public static final int OPERATIONS = 2 * CHAINS * SPECIES.length();

  private MultiplyAdds() {}

  /**
   * Runs steps of {@link #OPERATIONS} each.
   *
   * @return what came out, so that nothing can be left out
   */
  public static float run(int steps) {
    FloatVector factor = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector a = FloatVector.broadcast(SPECIES, 1);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    FloatVector g = a;
    FloatVector h = a;
    FloatVector i = a;
    FloatVector j = a;
    for (int step = 0; step < steps; step++) {
      a = a.fma(factor, factor);
      b = b.fma(factor, factor);
      c = c.fma(factor, factor);
      d = d.fma(factor, factor);
      e = e.fma(factor, factor);
      f = f.fma(factor, factor);
      g = g.fma(factor, factor);
      h = h.fma(factor, factor);
      i = i.fma(factor, factor);
      j = j.fma(factor, factor);
    }
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j);
    return sum.lane(0);
  }
}
