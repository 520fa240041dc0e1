package dev.skipstone.benchmarks.roofline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Progress;
import dev.skipstone.model.Model;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.pass.KernelSuite;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelBenchmarkTest {
  @TempDir Path folder;

  @Test
  void everyKernelStandsBesideThePeaks() throws InterruptedException {
    List<Integer> steps = new ArrayList<>();
    List<BenchResult> results =
        run(
            List.of(1, 20),
            (done, total, label) -> {
              assertThat(total).isEqualTo(3 * (2 * 4 + 2 * 5 + 1 + 1));
              steps.add(done);
            });

    assertThat(results)
        .extracting(BenchResult::name)
        .startsWith("kernel/read", "kernel/fma", "kernel/thread/read", "kernel/thread/fma")
        .contains(
            "kernel/product/q4_1/rows=20",
            "kernel/prepare/f16/rows=1",
            "kernel/attention/rows=1",
            "kernel/rms_norm/rows=20",
            "kernel/silu_gate/rows=1",
            "kernel/rope/rows=1",
            "kernel/argmax/rows=1",
            "kernel/top_probability/rows=20",
            "kernel/empty_phase")
        .doesNotContain("kernel/attention/rows=20");
    assertThat(steps).isSorted().doesNotHaveDuplicates().endsWith(60);
  }

  @Test
  void sharesAreOfThePeaksOfAsManyThreads() throws InterruptedException {
    List<BenchResult> results = run(List.of(1), Progress.silent());

    assertThat(share(results, "kernel/product/f16/rows=1", "bandwidth"))
        .isCloseTo(peak(results, "kernel/read"), within(1e-6));
    assertThat(share(results, "kernel/argmax/rows=1", "bandwidth"))
        .isCloseTo(peak(results, "kernel/thread/read"), within(1e-6));
    assertThat(share(results, "kernel/product/f16/rows=1", "operations"))
        .isCloseTo(peak(results, "kernel/fma"), within(1e-6));
    // 100 rows of 64 weights in two bytes each, and in tiles of 32 rows.
    assertThat(median(results, "kernel/product/f16/rows=1", "bytes"))
        .isCloseTo(128 * 64 * 2 * 1e-6, within(1e-12));
    double inMemory = median(results, "kernel/product/f16/rows=1", "bandwidth");
    assertThat(median(results, "kernel/product/f16/rows=1", "file_bandwidth"))
        .isCloseTo(inMemory * 100 / 128, within(1e-6));
  }

  /** What a figure would be if its share were 1. */
  private static double share(List<BenchResult> results, String name, String metric) {
    return median(results, name, metric) / median(results, name, metric + "_share");
  }

  private static double peak(List<BenchResult> results, String name) {
    return results.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow()
        .median();
  }

  private static double median(List<BenchResult> results, String name, String metric) {
    return results.stream()
        .filter(one -> one.name().equals(name) && one.metric().equals(metric))
        .findFirst()
        .orElseThrow()
        .runs()
        .getFirst();
  }

  private List<BenchResult> run(List<Integer> rows, Progress progress) throws InterruptedException {
    Path file = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    try (Model model = Model.open(file)) {
      return new KernelBenchmark(
              KernelSuite.all().getFirst(), model.hyperParameters(), 10, 2, 100 * 64 * 2)
          .run(List.of(TensorType.F16, TensorType.Q4_1), rows, 2, 1, progress);
    }
  }
}
