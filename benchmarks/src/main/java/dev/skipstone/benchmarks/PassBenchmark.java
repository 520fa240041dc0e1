package dev.skipstone.benchmarks;

import java.util.List;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * The cost of one full-path pass against its rows: what decides whether verifying a draft pays. All
 * row counts take turns.
 */
public final class PassBenchmark {
  private final RoundTimer<Integer> timer;

  /**
   * @param rowCounts rows of the passes to time, each at least 1; one row is timed in any case
   * @param warmUps rounds before those that count; 0 or more
   * @param rounds rounds that count; at least 1
   */
  public PassBenchmark(List<Integer> rowCounts, int warmUps, int rounds) {
    this(rowCounts, warmUps, rounds, System::nanoTime);
  }

  PassBenchmark(List<Integer> rowCounts, int warmUps, int rounds, LongSupplier nanoTime) {
    if (rowCounts.isEmpty()) {
      throw new IllegalArgumentException("there are no row counts to time");
    }
    for (int rows : rowCounts) {
      if (rows < 1) {
        throw new IllegalArgumentException("a pass of " + rows + " rows: not 1 or more");
      }
    }
    TreeSet<Integer> distinct = new TreeSet<>(rowCounts);
    distinct.add(1);
    timer = new RoundTimer<>(List.copyOf(distinct), warmUps, rounds, nanoTime);
  }

  /**
   * Runs the passes on the calling thread.
   *
   * @param runRows runs one full-path pass of so many rows, always at the same position of the
   *     context, and leaves the cache as it was
   * @return for each row count, in ascending order: {@code pass/rows=N} with metric {@code time} in
   *     {@code s} and, for more than one row, metric {@code ratio} to one row
   * @throws InterruptedException if the thread was interrupted between two passes
   */
  public List<BenchResult> run(IntConsumer runRows, Progress progress) throws InterruptedException {
    return RoundTimer.results(
        "pass/rows=", timer.run(runRows::accept, rows -> "rows=" + rows, progress));
  }
}
