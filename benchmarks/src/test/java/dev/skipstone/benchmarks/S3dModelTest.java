package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class S3dModelTest {
  @Test
  void tokensAreTheSumOverWhatIsReached() {
    S3dModel model = new S3dModel(0.5, 0.75);

    assertThat(model.tokens(0)).isEqualTo(1);
    assertThat(model.tokens(3)).isCloseTo(1 + 0.5 + 0.25 + 0.125, within(1e-12));
    assertThat(model.cost()).isEqualTo(1.25);
    assertThat(model.improvement(3)).isCloseTo(1.875 / 1.25, within(1e-12));
  }

  @Property(tries = 100)
  void findsTheAcceptanceAgain(
      @ForAll @DoubleRange(min = 0, max = 0.98) double acceptance,
      @ForAll @IntRange(min = 1, max = 8) int most) {
    S3dModel truth = new S3dModel(acceptance, 0.6);
    double[] tokens = new double[most];
    for (int i = 0; i < most; i++) {
      tokens[i] = truth.tokens(i + 1);
    }

    assertThat(S3dModel.fit(0.6, tokens).acceptance()).isCloseTo(acceptance, within(1e-4));
  }

  @Property(tries = 100)
  void theExponentGivesTheAcceptanceAgain(
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double acceptance,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double skipped) {
    double exponent = new S3dModel(acceptance, skipped).exponent();

    assertThat(S3dModel.acceptance(skipped, exponent)).isCloseTo(acceptance, within(1e-9));
    assertThat(S3dModel.acceptance(0, exponent)).isEqualTo(1);
    assertThat(S3dModel.acceptance(1, exponent)).isZero();
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> new S3dModel(1, 0.5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new S3dModel(0.5, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
