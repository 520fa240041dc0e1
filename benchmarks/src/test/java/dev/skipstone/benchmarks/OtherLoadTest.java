package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OtherLoadTest {
  @Test
  void idleTimeAndGuestsAreNotBusy() {
    assertThat(OtherLoad.busyTicks(List.of("cpu  1 2 4 1000 2000 8 16 32 4000 8000", "cpu0 1")))
        .isEqualTo(63);
  }

  @Test
  void endedChildrenAreOwn() {
    assertThat(
            OtherLoad.ownTicks(
                "7 (a) b) S 1 7 7 0 -1 4194304 1 2 3 4 10 20 300 4000 20 0 1 0 5 6 7 18446744073709551615"))
        .isEqualTo(4330);
  }
}
