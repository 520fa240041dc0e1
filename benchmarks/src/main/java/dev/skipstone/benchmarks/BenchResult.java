package dev.skipstone.benchmarks;

import java.util.List;
import java.util.Objects;
import org.apache.commons.math3.stat.StatUtils;

/**
 * One figure, measured several times.
 *
 * @param name what was measured, such as {@code pass/rows=5} or {@code decode/skip/coding}
 * @param metric which of its figures, such as {@code time} or {@code speedup}
 * @param unit such as {@code s}, {@code tokens/s}; {@code 1} for a ratio
 * @param runs the figure of each run, in the order of the runs; finite, at least one
 */
public record BenchResult(String name, String metric, String unit, List<Double> runs) {
  public BenchResult {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(unit, "unit");
    runs = List.copyOf(runs);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(name + " " + metric + " has no runs");
    }
    if (!runs.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(name + " " + metric + " has a run that is not a number");
    }
  }

  public double median() {
    return StatUtils.percentile(values(), 50);
  }

  public double min() {
    return StatUtils.min(values());
  }

  public double max() {
    return StatUtils.max(values());
  }

  private double[] values() {
    return runs.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
