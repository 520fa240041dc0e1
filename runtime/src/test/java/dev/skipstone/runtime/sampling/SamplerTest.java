package dev.skipstone.runtime.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.runtime.testing.FixedLogits;
import dev.skipstone.runtime.testing.GoodnessOfFit;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final double[] SKEWED = {0.05, 0.4, 0.1, 0.25, 0.2};

  @Test
  void withoutFiltersItIsSoftmax() {
    assertDistribution(new Sampling(1, 0, 1, 0, 0), SKEWED, SKEWED);
  }

  @Test
  void temperatureIsAnExponent() {
    double[] squared = Arrays.stream(SKEWED).map(p -> p * p).toArray();
    assertDistribution(new Sampling(0.5f, 0, 1, 0, 0), SKEWED, squared);
  }

  @Test
  void aTinyTemperatureLeavesTheBest() {
    assertDistribution(new Sampling(1e-30f, 0, 1, 0, 0), SKEWED, 0, 1, 0, 0, 0);
  }

  @Test
  void topKKeepsTheKMostProbable() {
    assertDistribution(new Sampling(1, 3, 1, 0, 0), SKEWED, 0, 0.4, 0, 0.25, 0.2);
    assertDistribution(new Sampling(1, 1, 1, 0, 0), SKEWED, 0, 1, 0, 0, 0);
    assertDistribution(new Sampling(1, 5, 1, 0, 0), SKEWED, SKEWED);
    assertDistribution(new Sampling(1, 99, 1, 0, 0), SKEWED, SKEWED);
  }

  @Test
  void topPKeepsTheFewestThatReachP() {
    assertDistribution(new Sampling(1, 0, 0.39f, 0, 0), SKEWED, 0, 1, 0, 0, 0);
    assertDistribution(new Sampling(1, 0, 0.41f, 0, 0), SKEWED, 0, 0.4, 0, 0.25, 0);
    assertDistribution(new Sampling(1, 0, 0.66f, 0, 0), SKEWED, 0, 0.4, 0, 0.25, 0.2);
    assertDistribution(new Sampling(1, 0, 0.96f, 0, 0), SKEWED, SKEWED);
  }

  /** Of 0.4, 0.25 and 0.2, those left by top-k, the first two are 0.76. */
  @Test
  void topPCountsWhatTopKLeft() {
    assertDistribution(new Sampling(1, 3, 0.75f, 0, 0), SKEWED, 0, 0.4, 0, 0.25, 0);
    assertDistribution(new Sampling(1, 3, 0.78f, 0, 0), SKEWED, 0, 0.4, 0, 0.25, 0.2);
  }

  @Test
  void minPIsRelativeToTheBest() {
    assertDistribution(new Sampling(1, 0, 1, 0.3f, 0), SKEWED, 0, 0.4, 0, 0.25, 0.2);
    assertDistribution(new Sampling(1, 0, 1, 0.2f, 0), SKEWED, 0, 0.4, 0.1, 0.25, 0.2);
    assertDistribution(new Sampling(1, 0, 1, 1, 0), SKEWED, 0, 1, 0, 0, 0);
    assertDistribution(new Sampling(1, 4, 0.9f, 0.55f, 0), SKEWED, 0, 0.4, 0, 0.25, 0);
  }

  @Test
  void ofEqualTokensThoseWithSmallerIdsAreKept() {
    double[] equal = {0.2, 0.2, 0.2, 0.2, 0.2};
    assertDistribution(new Sampling(1, 2, 1, 0, 0), equal, 1, 1, 0, 0, 0);
    assertDistribution(new Sampling(1, 0, 0.55f, 0, 0), equal, 1, 1, 1, 0, 0);
    assertDistribution(new Sampling(1, 0, 1, 1, 0), equal, 1, 1, 1, 1, 1);
  }

  @Property(tries = 200)
  void whatAFilterKeepsIsNeverLessProbableThanWhatItDrops(
      @ForAll @Size(12) float @FloatRange(min = -20, max = 20) [] logits,
      @ForAll @IntRange(max = 14) int topK,
      @ForAll @FloatRange(min = 0.01f, max = 1) float topP,
      @ForAll @FloatRange(min = 0, max = 1) float minP) {
    Sampler sampler = new Sampler(new Sampling(1, topK, topP, minP, 0), 12);
    float[] kept = new float[12];
    sampler.distribution(new FixedLogits(logits), 0, kept);
    double sum = 0;
    float leastKept = Float.POSITIVE_INFINITY;
    float mostDropped = Float.NEGATIVE_INFINITY;
    int count = 0;
    for (int i = 0; i < 12; i++) {
      sum += kept[i];
      if (kept[i] > 0) {
        leastKept = Math.min(leastKept, logits[i]);
        count++;
      } else {
        mostDropped = Math.max(mostDropped, logits[i]);
      }
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
    // Logits that differ by less than a weight can show are as good as equal.
    assertThat(leastKept).isGreaterThanOrEqualTo(mostDropped - 1e-4f);
    assertThat(count).isBetween(1, topK == 0 ? 12 : Math.min(12, topK));
  }

  @Test
  void drawsFollowWeightsThatNeedNotSumToOne() {
    float[] weights = {0, 3, 0, 1, 6, 0};
    Sampler sampler = new Sampler(Sampling.at(1, 5), weights.length);
    long[] counts = new long[weights.length];
    for (int i = 0; i < 5000; i++) {
      counts[sampler.draw(weights)]++;
    }
    assertThat(GoodnessOfFit.pValue(new double[] {0, 0.3, 0, 0.1, 0.6, 0}, counts))
        .isGreaterThan(0.01);
  }

  @Test
  void weightsThatNothingCanBeDrawnFromAreRefused() {
    Sampler sampler = new Sampler(Sampling.at(1, 5), 2);
    for (float[] weights : new float[][] {{0, 0}, {1, Float.NaN}}) {
      assertThatThrownBy(() -> sampler.draw(weights))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no token can be drawn");
    }
  }

  @Test
  void chanceIsAProbability() {
    Sampler sampler = new Sampler(Sampling.at(1, 6), 4);
    long hits = IntStream.range(0, 5000).filter(i -> sampler.chance(0.3)).count();
    assertThat(GoodnessOfFit.pValue(new double[] {0.3, 0.7}, new long[] {hits, 5000 - hits}))
        .isGreaterThan(0.01);
    assertThat(sampler.chance(1)).isTrue();
    assertThat(sampler.chance(0)).isFalse();
  }

  @Test
  void theSameSeedDrawsTheSame() {
    float[] weights = {1, 2, 3, 4};
    assertThat(draws(7, weights)).isEqualTo(draws(7, weights)).isNotEqualTo(draws(8, weights));
  }

  private static int[] draws(long seed, float[] weights) {
    Sampler sampler = new Sampler(Sampling.at(1, seed), weights.length);
    return IntStream.range(0, 100).map(i -> sampler.draw(weights)).toArray();
  }

  /** Tokens without an expected weight must have exactly none. */
  private static void assertDistribution(
      Sampling rule, double[] probabilities, double... expectedWeights) {
    float[] result = new float[probabilities.length];
    new Sampler(rule, probabilities.length)
        .distribution(FixedLogits.ofProbabilities(probabilities), 0, result);
    double sum = Arrays.stream(expectedWeights).sum();
    for (int i = 0; i < result.length; i++) {
      assertThat((double) result[i])
          .as("token %d", i)
          .isCloseTo(expectedWeights[i] / sum, within(expectedWeights[i] == 0 ? 0 : 1e-5));
    }
  }
}
