package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PassBenchmarkTest {
  private long now;

  @Test
  void machineThatSlowsDownLeavesRatiosAsTheyAre() throws InterruptedException {
    List<Integer> order = new ArrayList<>();
    var benchmark = new PassBenchmark(List.of(5, 2, 5), 1, 3, () -> now);

    // A pass of n rows takes n + 1 milliseconds, and each round of three is twice as slow.
    var results =
        benchmark.run(
            rows -> {
              now += ((rows + 1) * 1_000_000L) << (order.size() / 3);
              order.add(rows);
            },
            Progress.silent());

    assertThat(order).containsExactly(1, 2, 5, 2, 5, 1, 5, 1, 2, 1, 2, 5);
    assertThat(results)
        .extracting(result -> result.name() + " " + result.metric())
        .containsExactly(
            "pass/rows=1 time",
            "pass/rows=2 time",
            "pass/rows=2 ratio",
            "pass/rows=5 time",
            "pass/rows=5 ratio");
    assertThat(results.get(0).runs().get(0)).isCloseTo(0.004, within(1e-12));
    assertThat(results.get(0).runs()).hasSize(3);
    assertThat(results.get(2).runs())
        .allSatisfy(ratio -> assertThat(ratio).isCloseTo(1.5, within(1e-9)));
    assertThat(results.get(4).runs())
        .allSatisfy(ratio -> assertThat(ratio).isCloseTo(3, within(1e-9)));
  }

  @Test
  void reportsEachPass() throws InterruptedException {
    List<String> seen = new ArrayList<>();
    new PassBenchmark(List.of(1, 4), 1, 1)
        .run(rows -> {}, (done, total, label) -> seen.add(done + "/" + total + " " + label));
    assertThat(seen).containsExactly("1/4 rows=1", "2/4 rows=4", "3/4 rows=4", "4/4 rows=1");
  }

  @Test
  void interruptionEndsItBetweenPasses() {
    List<Integer> ran = new ArrayList<>();
    var benchmark = new PassBenchmark(List.of(1, 2), 0, 5);
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() ->
            benchmark.run(
                rows -> {
                  ran.add(rows);
                  Thread.currentThread().interrupt();
                },
                Progress.silent()));
    assertThat(ran).hasSize(1);
  }

  @Test
  void absurdSettingsAreErrors() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PassBenchmark(List.of(), 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new PassBenchmark(List.of(0), 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new PassBenchmark(List.of(1), -1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new PassBenchmark(List.of(1), 0, 0));
  }
}
