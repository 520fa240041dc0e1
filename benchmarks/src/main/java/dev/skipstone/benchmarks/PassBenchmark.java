package dev.skipstone.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * The cost of one full-path pass against its rows: what decides whether verifying a draft pays. A
 * round times every row count once, and each round begins with another one, so that the drift of a
 * shared machine meets all of them alike; the ratio to one row is taken within a round.
 */
public final class PassBenchmark {
  private final List<Integer> rowCounts;
  private final int warmUps;
  private final int rounds;
  private final LongSupplier nanoTime;

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
    if (warmUps < 0 || rounds < 1) {
      throw new IllegalArgumentException(
          "%d warm-up rounds and %d rounds: not 0 or more and 1 or more"
              .formatted(warmUps, rounds));
    }
    TreeSet<Integer> distinct = new TreeSet<>(rowCounts);
    distinct.add(1);
    this.rowCounts = List.copyOf(distinct);
    this.warmUps = warmUps;
    this.rounds = rounds;
    this.nanoTime = nanoTime;
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
    Map<Integer, List<Double>> seconds = new TreeMap<>();
    rowCounts.forEach(rows -> seconds.put(rows, new ArrayList<>()));
    int total = (warmUps + rounds) * rowCounts.size();
    int done = 0;
    for (int round = 0; round < warmUps + rounds; round++) {
      for (int i = 0; i < rowCounts.size(); i++) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        int rows = rowCounts.get((i + round) % rowCounts.size());
        long start = nanoTime.getAsLong();
        runRows.accept(rows);
        long nanos = nanoTime.getAsLong() - start;
        if (round >= warmUps) {
          // A clock of coarse steps may not have moved; no pass takes less than a nanosecond.
          seconds.get(rows).add(Math.max(1, nanos) * 1e-9);
        }
        progress.report(++done, total, "rows=" + rows);
      }
    }
    return results(seconds);
  }

  private static List<BenchResult> results(Map<Integer, List<Double>> seconds) {
    List<Double> single = seconds.get(1);
    List<BenchResult> results = new ArrayList<>();
    seconds.forEach((rows, times) -> {
      String name = "pass/rows=" + rows;
      results.add(new BenchResult(name, "time", "s", times));
      if (rows > 1) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < times.size(); round++) {
          ratios.add(times.get(round) / single.get(round));
        }
        results.add(new BenchResult(name, "ratio", "1", ratios));
      }
    });
    return results;
  }
}
