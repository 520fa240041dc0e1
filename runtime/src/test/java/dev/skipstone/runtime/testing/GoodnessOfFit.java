package dev.skipstone.runtime.testing;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.inference.ChiSquareTest;

/** Pearson's chi-square test of counted outcomes against an exact distribution. */
public final class GoodnessOfFit {
  /** The chi-square distribution only holds for cells that expect about this many. */
  private static final double LEAST_EXPECTED = 8;

  private GoodnessOfFit() {}

  /**
   * How likely outcomes at least as unlikely are if the distribution is right; 0 if there was an
   * outcome of probability 0.
   */
  public static double pValue(double[] probabilities, long[] counts) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    List<Double> expected = new ArrayList<>();
    List<Long> observed = new ArrayList<>();
    double restExpected = 0;
    long restObserved = 0;
    for (int i = 0; i < counts.length; i++) {
      if (probabilities[i] == 0 && counts[i] > 0) {
        return 0;
      }
      if (probabilities[i] * total >= LEAST_EXPECTED) {
        expected.add(probabilities[i] * total);
        observed.add(counts[i]);
      } else {
        restExpected += probabilities[i] * total;
        restObserved += counts[i];
      }
    }
    if (restExpected >= LEAST_EXPECTED) {
      expected.add(restExpected);
      observed.add(restObserved);
    }
    return new ChiSquareTest()
        .chiSquareTest(
            expected.stream().mapToDouble(Double::doubleValue).toArray(),
            observed.stream().mapToLong(Long::longValue).toArray());
  }
}
