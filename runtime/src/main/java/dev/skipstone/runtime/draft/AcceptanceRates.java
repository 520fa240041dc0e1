package dev.skipstone.runtime.draft;

import java.util.Arrays;

/**
 * How often a drafted token is confirmed, by the evidence for it; newer outcomes weigh more. A
 * draft's token at place i, given that those before it were confirmed, is as well founded as the
 * first token of a draft with i more evidence.
 */
final class AcceptanceRates {
  /** Outcomes that a rate remembers. */
  private static final int MEMORY = 40;

  /** Outcomes that a rate without any is worth. */
  private static final int PRIOR_WEIGHT = 3;

  private static final double WEAKEST = 0.3;
  private static final double STRONGEST = 0.9;

  private final double[] rates = new double[DraftController.MOST_EVIDENCE + 1];
  private final int[] outcomes = new int[rates.length];

  AcceptanceRates() {
    Arrays.fill(outcomes, PRIOR_WEIGHT);
    for (int i = 0; i < rates.length; i++) {
      rates[i] = Math.min(STRONGEST, WEAKEST + 0.1 * i);
    }
  }

  /**
   * @param evidence of the draft, 1 or more
   * @param place in the draft, from 0
   */
  double rate(int evidence, int place) {
    return rates[index(evidence, place)];
  }

  void add(int evidence, int place, boolean confirmed) {
    int index = index(evidence, place);
    outcomes[index] = Math.min(outcomes[index] + 1, MEMORY);
    rates[index] += ((confirmed ? 1 : 0) - rates[index]) / outcomes[index];
  }

  private static int index(int evidence, int place) {
    return Math.min(evidence + place, DraftController.MOST_EVIDENCE);
  }
}
