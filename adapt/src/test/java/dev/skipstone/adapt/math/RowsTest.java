package dev.skipstone.adapt.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RowsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 39, 100})
  void sumsAndMaxima(int count) {
    float[] x = new float[count + 3];
    float[] y = new float[count + 2];
    Random random = new Random(count);
    double dot = 0;
    double sum = 0;
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      x[3 + i] = (float) random.nextGaussian() - 3;
      y[2 + i] = (float) random.nextGaussian();
      dot += (double) x[3 + i] * y[2 + i];
      sum += x[3 + i];
      max = Math.max(max, x[3 + i]);
    }
    float[] lanes = Rows.lanes();
    assertThat((double) Rows.dot(x, 3, y, 2, count, lanes)).isCloseTo(dot, within(1e-4));
    assertThat((double) Rows.sum(x, 3, count, lanes)).isCloseTo(sum, within(1e-4));
    assertThat(Rows.max(x, 3, count)).isEqualTo(max);
  }

  @Test
  void exponentialsOfVectorsAndRests() {
    float[] x = new float[3001];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 1500) * 0.05f;
    }
    float[] y = new float[x.length];
    Rows.exponential(x, 0, x.length, 2, 1, y, 0);
    float[] single = new float[1];
    for (int i = 0; i < x.length; i++) {
      double argument = Math.clamp(x[i] * 2.0 + 1, -87, 88);
      assertThat((double) y[i])
          .as("e^%s", argument)
          .isCloseTo(Math.exp(argument), within(2e-5 * Math.exp(argument)));
      Rows.exponential(x, i, 1, 2, 1, single, 0);
      assertThat(single[0]).as("alone, e^%s", argument).isEqualTo(y[i]);
    }
  }
}
