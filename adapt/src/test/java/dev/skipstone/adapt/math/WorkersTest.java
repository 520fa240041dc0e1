package dev.skipstone.adapt.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

final class WorkersTest {
  @Test
  void everyUnitIsDoneOnce() {
    try (Workers workers = new Workers(3)) {
      for (int round = 0; round < 2_000; round++) {
        int units = round % 40;
        AtomicIntegerArray times = new AtomicIntegerArray(40);
        workers.run(units, (worker, unit) -> times.incrementAndGet(unit));
        for (int unit = 0; unit < 40; unit++) {
          assertThat(times.get(unit))
              .as("round %d, unit %d", round, unit)
              .isEqualTo(unit < units ? 1 : 0);
        }
      }
    }
  }

  @Test
  void aFailureComesBackAndTheNextTaskRuns() {
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(() ->
              workers.run(
                  8,
                  (worker, unit) -> {
                    if (unit == 5) {
                      throw new IllegalArgumentException("unit five");
                    }
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("unit five");
      int[] sum = new int[1];
      workers.run(1, (worker, unit) -> sum[0]++);
      assertThat(sum[0]).isEqualTo(1);
    }
  }
}
