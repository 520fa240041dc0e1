package dev.skipstone.benchmarks.roofline;

import dev.skipstone.benchmarks.BenchResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Figures beside the machine's peaks.
 *
 * @param peak on as many threads as what was measured
 */
record Roofline(MachinePeak peak) {
  /**
   * The peaks themselves, {@code NAME/read} and {@code NAME/fma}.
   *
   * @param name what the results' names start with
   */
  List<BenchResult> peaks(String name) {
    double bytes = peak.bytesPerSecond() * 1e-9;
    double operations = peak.operationsPerSecond() * 1e-9;
    return List.of(
        new BenchResult(name + "/read", "bandwidth", "GB/s", List.of(bytes)),
        new BenchResult(name + "/fma", "operations", "GFLOP/s", List.of(operations)));
  }

  /**
   * Metrics {@code time}, then {@code bytes}, {@code bandwidth} and {@code bandwidth_share} of the
   * machine's where bytes are read, {@code operations} and {@code operations_share} where there are
   * any.
   *
   * @param seconds of each run
   * @param bytes that a run reads
   * @param operations of a run
   */
  List<BenchResult> figures(String name, List<Double> seconds, long bytes, long operations) {
    List<BenchResult> results = new ArrayList<>();
    results.add(new BenchResult(name, "time", "s", seconds));
    if (bytes > 0) {
      double share = bytes / peak.bytesPerSecond();
      results.add(new BenchResult(name, "bytes", "MB", List.of(bytes * 1e-6)));
      results.add(rate(name, "bandwidth", "GB/s", seconds, time -> bytes / time * 1e-9));
      results.add(rate(name, "bandwidth_share", "1", seconds, time -> share / time));
    }
    if (operations > 0) {
      double share = operations / peak.operationsPerSecond();
      results.add(rate(name, "operations", "GFLOP/s", seconds, time -> operations / time * 1e-9));
      results.add(rate(name, "operations_share", "1", seconds, time -> share / time));
    }
    return results;
  }

  /** Metric {@code file_bandwidth}: weights that a run reads, counted by their bytes in a file. */
  BenchResult ofFile(String name, List<Double> seconds, long fileBytes) {
    return rate(name, "file_bandwidth", "GB/s", seconds, time -> fileBytes / time * 1e-9);
  }

  private static BenchResult rate(
      String name,
      String metric,
      String unit,
      List<Double> seconds,
      DoubleUnaryOperator ofSeconds) {
    return new BenchResult(
        name, metric, unit, seconds.stream().map(ofSeconds::applyAsDouble).toList());
  }
}
