package dev.skipstone.runtime.draft;

/**
 * The top probability under which a draft stops, adapted while generating (Draft &amp; Verify,
 * section 3.3): more matches than the target rate allow less sure tokens, fewer ask for surer ones.
 */
final class ConfidenceThreshold {
  private static final double FIRST = 0.6;
  private static final double TARGET_RATE = 0.9;
  private static final double STEP = 0.01;
  private static final double RATE_MOMENTUM = 0.5;
  private static final double THRESHOLD_MOMENTUM = 0.9;

  private double value = FIRST;
  private double matchRate = TARGET_RATE;

  double value() {
    return value;
  }

  /**
   * @param rate share of a draft's tokens that were confirmed
   * @param stoppedEarly whether the draft ended under the threshold; one that ran to its full
   *     length says nothing for a lower one
   */
  void update(double rate, boolean stoppedEarly) {
    matchRate = RATE_MOMENTUM * matchRate + (1 - RATE_MOMENTUM) * rate;
    double next = value;
    if (matchRate < TARGET_RATE) {
      next += STEP;
    } else if (stoppedEarly) {
      next -= STEP;
    }
    value = Math.clamp(THRESHOLD_MOMENTUM * value + (1 - THRESHOLD_MOMENTUM) * next, 0, 1);
  }
}
