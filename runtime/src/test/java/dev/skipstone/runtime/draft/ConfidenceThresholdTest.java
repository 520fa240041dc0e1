package dev.skipstone.runtime.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Numbers worked out by hand from Draft &amp; Verify's rule. */
class ConfidenceThresholdTest {
  private final ConfidenceThreshold threshold = new ConfidenceThreshold();

  @Test
  void fewMatchesRaiseIt() {
    assertThat(threshold.value()).isEqualTo(0.6);
    // Match rate 0.5 * 0.9 + 0.5 * 0 = 0.45 < 0.9: 0.9 * 0.6 + 0.1 * 0.61.
    threshold.update(0, true);
    assertThat(threshold.value()).isCloseTo(0.601, within(1e-12));
    // 0.5 * 0.45 + 0.5 * 1 = 0.725 is still too few, and a full draft does not matter here.
    threshold.update(1, false);
    assertThat(threshold.value()).isCloseTo(0.602, within(1e-12));
    // 0.8625, then 0.93125.
    threshold.update(1, true);
    assertThat(threshold.value()).isCloseTo(0.603, within(1e-12));
    threshold.update(1, true);
    assertThat(threshold.value()).isCloseTo(0.602, within(1e-12));
  }

  @Test
  void manyMatchesLowerItUnlessTheDraftRanToItsEnd() {
    threshold.update(1, true);
    assertThat(threshold.value()).isCloseTo(0.599, within(1e-12));
    threshold.update(1, false);
    assertThat(threshold.value()).isCloseTo(0.599, within(1e-12));
  }

  @Test
  void itStaysAProbability() {
    for (int i = 0; i < 2000; i++) {
      threshold.update(1, true);
    }
    assertThat(threshold.value()).isBetween(0.0, 1e-9);
    for (int i = 0; i < 2000; i++) {
      threshold.update(0, true);
    }
    assertThat(threshold.value()).isBetween(1 - 1e-9, 1.0);
  }
}
