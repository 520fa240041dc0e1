package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.TensorType;
import dev.skipstone.runtime.pass.Kernel;
import dev.skipstone.runtime.pass.KernelSuite;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuKernelsTest {
  private static final KernelSuite.AttentionShape SHAPE =
      new KernelSuite.AttentionShape(2, 6, 2, 64);
  private final KernelSuite suite = new CpuKernels();

  @Test
  void isFoundAsAService() {
    assertThat(KernelSuite.all()).extracting(KernelSuite::name).contains("cpu");
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void productsGiveFiniteValuesForEachType(TensorType type) {
    for (int threads = 1; threads <= 2; threads++) {
      check(type + " product", suite.product(type, 70, 64, 5, threads), false);
    }
    boolean plain = TileFormat.of(type).form() == ActivationForm.PLAIN;
    check(type + " preparation", suite.preparation(type, 64, 3), plain);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void otherOperationsGiveFiniteValues(int rows) {
    check("rmsNorm", suite.rmsNorm(64, rows), false);
    check("siluGate", suite.siluGate(64, rows), false);
    check("rope", suite.rope(2, 3, 64, rows), true);
    check("attention", suite.attention(SHAPE, 300, rows, 2), false);
    check("argmax", suite.argmax(1000, rows), false);
    check("topProbability", suite.topProbability(1000, rows), false);
    check("emptyPhases", suite.emptyPhases(3, 2), false);
  }

  /** The output is spoilt first, unless it is also the input. */
  private static void check(String name, Kernel kernel, boolean inPlace) {
    try (kernel) {
      if (!inPlace) {
        Arrays.fill(kernel.output(), Float.NaN);
      }
      kernel.run();
      kernel.run();
      assertThat(kernel.output()).as(name).isNotEmpty();
      for (float value : kernel.output()) {
        assertThat(value).as(name).isFinite();
      }
    }
  }

  @Test
  void wrongSizesAreRefused() {
    Stream.<Runnable>of(
            () -> suite.product(TensorType.F32, 8, 33, 1, 1).close(),
            () -> suite.product(TensorType.F32, 8, 32, 0, 1).close(),
            () -> suite.attention(SHAPE, 10, Attention.ROWS + 1, 1).close())
        .forEach(
            wrong -> assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class));
  }
}
