package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.runtime.pass.Logits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The small vectorized functions against {@link Math}'s. */
class VectorMathTest {
  @Test
  void exponentialIsCloseToMathExp() {
    for (float x = -86; x < 87; x += 0.37f) {
      assertThat((double) exponential(x)).isCloseTo(Math.exp(x), Percentage.withPercentage(3e-5));
    }
  }

  @Test
  void exponentialOfFactorAndOffset() {
    float[] x = gaussians(2 * Lanes.FLOATS + 3, 4);
    float[] y = new float[x.length];
    Exponential.apply(x, 3, 2 * Lanes.FLOATS, -2, 1.5f, y, 1);
    for (int i = 0; i < 2 * Lanes.FLOATS; i++) {
      assertThat((double) y[1 + i])
          .isCloseTo(Math.exp(-2.0 * x[3 + i] + 1.5), Percentage.withPercentage(1e-4));
    }
    assertThat(y[0]).isZero();
    assertThat(y[1 + 2 * Lanes.FLOATS]).isZero();
  }

  @Test
  void exponentialStaysFiniteAtItsEnds() {
    assertThat(exponential(Float.NEGATIVE_INFINITY)).isBetween(0f, 1e-37f);
    assertThat(exponential(1000)).isGreaterThan(1e38f).isFinite();
    assertThat(exponential(0)).isEqualTo(1);
  }

  private static float exponential(float x) {
    float[] lanes = new float[Lanes.FLOATS];
    Arrays.fill(lanes, x);
    Exponential.apply(lanes, 0, Lanes.FLOATS, 1, 0, lanes, 0);
    return lanes[0];
  }

  @Test
  void everyFiniteHalfIsDecodedExactly() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment halves = arena.allocate(2 * 65536L);
      for (int i = 0; i < 65536; i++) {
        halves.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
      }
      float[] decoded = new float[65536];
      Lanes.decodeHalves(halves, 0, 65536, decoded);
      for (int i = 0; i < 65536; i++) {
        float exact = Float.float16ToFloat((short) i);
        if (Float.isFinite(exact) && decoded[i] != exact) {
          assertThat(decoded[i]).as("float16 %x", i).isEqualTo(exact);
        }
      }
    }
  }

  @Test
  void rmsNormOfAnyWidth() {
    for (int n : new int[] {1, 7, 16, 37}) {
      float[] x = gaussians(n + 1, n);
      float[] weight = gaussians(n, 2);
      float[] y = new float[n + 2];
      Rows.rmsNorm(x, 1, weight, 1e-5f, y, 2, new float[Lanes.FLOATS]);
      double squares = 0;
      for (int i = 0; i < n; i++) {
        squares += (double) x[1 + i] * x[1 + i];
      }
      for (int i = 0; i < n; i++) {
        double exact = x[1 + i] / Math.sqrt(squares / n + 1e-5) * weight[i];
        assertThat((double) y[2 + i]).isCloseTo(exact, within(1e-6 + 1e-6 * Math.abs(exact)));
      }
    }
  }

  @Test
  void addOfAnyWidth() {
    for (int n : new int[] {1, 16, 21}) {
      float[] x = gaussians(n + 3, 4);
      float[] before = x.clone();
      float[] y = gaussians(n + 1, 5);
      Rows.add(x, 2, y, 1, n);
      for (int i = 0; i < x.length; i++) {
        boolean inside = i >= 2 && i < 2 + n;
        assertThat(x[i]).isEqualTo(inside ? before[i] + y[i - 1] : before[i]);
      }
    }
  }

  @Test
  void siluGateAlsoFarFromZero() {
    float[] x = gaussians(64, 6);
    x[0] = -200;
    x[1] = 200;
    float[] y = new float[32];
    Rows.siluGate(x, 0, 32, 32, y, 0);
    for (int i = 0; i < 32; i++) {
      double exact = x[i] / (1 + Math.exp(-(double) x[i])) * x[32 + i];
      assertThat((double) y[i]).isCloseTo(exact, within(1e-6 * Math.max(1, Math.abs(exact))));
    }
  }

  @Test
  void geluGateAlsoFarFromZero() {
    float[] x = gaussians(64, 8);
    x[0] = -200;
    x[1] = 200;
    x[2] = -6;
    float[] y = new float[32];
    Rows.geluGate(x, 0, 32, 32, y, 0);
    for (int i = 0; i < 32; i++) {
      double inner = Math.sqrt(2 / Math.PI) * (x[i] + 0.044715 * Math.pow(x[i], 3));
      double exact = x[i] / 2 * (1 + Math.tanh(inner)) * x[32 + i];
      assertThat((double) y[i]).isCloseTo(exact, within(1e-5 * Math.max(1, Math.abs(exact))));
    }
  }

  @Test
  void softCapAlsoFarFromZero() {
    float[] x = gaussians(32, 9);
    x[0] = -1e4f;
    x[1] = 1e4f;
    x[2] = 1e-3f;
    float[] y = x.clone();
    Rows.softCap(y, 0, 32, 30);
    for (int i = 0; i < 32; i++) {
      assertThat((double) y[i]).isCloseTo(30 * Math.tanh(x[i] / 30.0), within(1e-5));
    }
  }

  @Test
  void logitsOfAnOddVocabulary() {
    int vocabulary = 37;
    CpuLogits logits = new CpuLogits(2, vocabulary, 64);
    float[] values = gaussians(vocabulary, 7);
    System.arraycopy(values, 0, logits.values(), 64, vocabulary);
    // The filling behind a row's vocabulary does not count.
    Arrays.fill(logits.values(), 64 + vocabulary, 128, 100);
    logits.show(2);
    Logits view = logits;
    assertThat(view.rows()).isEqualTo(2);
    assertThat(view.vocabulary()).isEqualTo(vocabulary);
    float[] read = new float[vocabulary];
    view.read(1, read);
    assertThat(read).isEqualTo(values);
    int best = 0;
    double sum = 0;
    for (int i = 0; i < vocabulary; i++) {
      best = values[i] > values[best] ? i : best;
    }
    for (float value : values) {
      sum += Math.exp(value - values[best]);
    }
    assertThat(view.argmax(1)).isEqualTo(best);
    assertThat((double) view.topProbability(1)).isCloseTo(1 / sum, within(1e-6));
    assertThat(view.argmax(0)).as("the first of equals").isZero();
    // The best token in the part behind the last whole vector.
    logits.values()[64 + vocabulary - 1] = 50;
    assertThat(view.argmax(1)).isEqualTo(vocabulary - 1);
    assertThatThrownBy(() -> view.argmax(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static float[] gaussians(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
