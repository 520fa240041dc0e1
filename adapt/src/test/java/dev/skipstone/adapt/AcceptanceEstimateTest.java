package dev.skipstone.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class AcceptanceEstimateTest {
  /** 0.98 of the past a batch: after so many, a rate of 1 at the start is worth 0.13. */
  private static final int BATCHES = 100;

  @Test
  void aRowWeighsAsMuchAsItIsReached() {
    AcceptanceEstimate estimate = new AcceptanceEstimate(4);
    System.arraycopy(new float[] {0.5f, 0.2f, 0.05f, 0}, 0, estimate.rates(), 0, 4);
    float[] weights = new float[4];
    estimate.weights(0.1f, 9, weights);
    // 1, 0.5, 0.2 and the least, of a sum of 1.8.
    assertThat(weights).containsExactly(new float[] {5, 2.5f, 1, 0.5f}, within(1e-5f));
  }

  @Test
  void allRowsAreLearnedAtFirst() {
    float[] weights = new float[3];
    new AcceptanceEstimate(3).weights(0.1f, 6, weights);
    assertThat(weights).containsExactly(new float[] {2, 2, 2}, within(1e-6f));
  }

  @Test
  void whatWasSeenIsWithoutTheStart() {
    AcceptanceEstimate estimate = new AcceptanceEstimate(2);
    float start = (float) Math.pow(0.98, BATCHES);
    estimate.rates()[0] = start + (1 - start) * 0.6f;
    estimate.rates()[1] = start;
    assertThat(estimate.seen(BATCHES)).containsExactly(new float[] {0.6f, 0}, within(1e-5f));
  }
}
