package dev.skipstone.runtime.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-0.1 | 0 | 1 | 0 | temperature is -0.1, not in 0 to 100",
        "101 | 0 | 1 | 0 | temperature is 101.0, not in 0 to 100",
        "NaN | 0 | 1 | 0 | temperature is NaN, not in 0 to 100",
        "1 | -1 | 1 | 0 | top-k is -1, not 0 or more",
        "1 | 0 | 0 | 0 | top-p is 0.0, not above 0 and at most 1",
        "1 | 0 | 1.1 | 0 | top-p is 1.1, not above 0 and at most 1",
        "1 | 0 | NaN | 0 | top-p is NaN, not above 0 and at most 1",
        "1 | 0 | 1 | -0.5 | min-p is -0.5, not in 0 to 1",
        "1 | 0 | 1 | 1.5 | min-p is 1.5, not in 0 to 1",
      })
  void valuesOutOfRangeAreNamed(float temperature, int topK, float topP, float minP, String why) {
    assertThatThrownBy(() -> new Sampling(temperature, topK, topP, minP, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  @Test
  void temperatureZeroIsGreedy() {
    assertThat(Sampling.greedy().isGreedy()).isTrue();
    assertThat(Sampling.at(0, 3)).isEqualTo(new Sampling(0, 0, 1, 0, 3));
    assertThat(Sampling.at(0.5f, 3).isGreedy()).isFalse();
  }
}
