package dev.skipstone.runtime.draft;

/**
 * How often a drafted token is confirmed, given those before it were, by the drafter's confidence
 * in it: the top probability of its row, which trained drafts overstate or understate. Newer
 * outcomes weigh more. The first place has rates of its own: what is before it is known, not
 * drafted.
 */
final class ConfidenceRates {
  private static final int STEPS = 10;

  /** Outcomes that a rate remembers. */
  private static final int MEMORY = 40;

  /** Outcomes that a rate without any is worth. */
  private static final int PRIOR_WEIGHT = 3;

  private final double[][] rates = new double[2][STEPS];
  private final int[][] outcomes = new int[2][STEPS];

  ConfidenceRates() {
    for (int place = 0; place < rates.length; place++) {
      for (int step = 0; step < STEPS; step++) {
        rates[place][step] = (step + 0.5) / STEPS;
        outcomes[place][step] = PRIOR_WEIGHT;
      }
    }
  }

  /**
   * @param place in the draft, from 0
   * @param confidence 0 to 1
   */
  double rate(int place, float confidence) {
    return rates[Math.min(place, 1)][step(confidence)];
  }

  void add(int place, float confidence, boolean confirmed) {
    int row = Math.min(place, 1);
    int step = step(confidence);
    outcomes[row][step] = Math.min(outcomes[row][step] + 1, MEMORY);
    rates[row][step] += ((confirmed ? 1 : 0) - rates[row][step]) / outcomes[row][step];
  }

  private static int step(float confidence) {
    return Math.clamp((int) (confidence * STEPS), 0, STEPS - 1);
  }
}
