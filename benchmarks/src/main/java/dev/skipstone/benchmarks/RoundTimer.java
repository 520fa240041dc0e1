package dev.skipstone.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Times a task for several sizes. A round times every size once, and each round begins with another
 * one, so that the drift of a shared machine meets all of them alike; ratios are taken within a
 * round.
 */
final class RoundTimer {
  private final List<Integer> sizes;
  private final int warmUps;
  private final int rounds;
  private final LongSupplier nanoTime;

  /**
   * @param sizes what to time; each once, in ascending order
   * @param warmUps rounds before those that count; 0 or more
   * @param rounds rounds that count; at least 1
   * @param nanoTime a clock, in nanoseconds
   */
  RoundTimer(SortedSet<Integer> sizes, int warmUps, int rounds, LongSupplier nanoTime) {
    if (warmUps < 0 || rounds < 1) {
      throw new IllegalArgumentException(
          "%d warm-up rounds and %d rounds: not 0 or more and 1 or more"
              .formatted(warmUps, rounds));
    }
    this.sizes = List.copyOf(sizes);
    this.warmUps = warmUps;
    this.rounds = rounds;
    this.nanoTime = nanoTime;
  }

  /**
   * Runs the task on the calling thread.
   *
   * @param label what a size is called when progress is told, such as {@code rows=}
   * @return seconds of each round by size, in ascending order
   * @throws InterruptedException if the thread was interrupted between two tasks
   */
  SortedMap<Integer, List<Double>> run(IntConsumer task, String label, Progress progress)
      throws InterruptedException {
    SortedMap<Integer, List<Double>> seconds = new TreeMap<>();
    sizes.forEach(size -> seconds.put(size, new ArrayList<>()));
    int total = (warmUps + rounds) * sizes.size();
    int done = 0;
    for (int round = 0; round < warmUps + rounds; round++) {
      for (int i = 0; i < sizes.size(); i++) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        int size = sizes.get((i + round) % sizes.size());
        long start = nanoTime.getAsLong();
        task.accept(size);
        long nanos = nanoTime.getAsLong() - start;
        if (round >= warmUps) {
          // A clock of coarse steps may not have moved; no task takes less than a nanosecond.
          seconds.get(size).add(Math.max(1, nanos) * 1e-9);
        }
        progress.report(++done, total, label + size);
      }
    }
    return seconds;
  }

  /**
   * Results with metric {@code time} in {@code s} and, except for the smallest size, metric {@code
   * ratio} to it.
   *
   * @param name what a size's result is called, before the size
   */
  static List<BenchResult> results(String name, SortedMap<Integer, List<Double>> seconds) {
    int first = seconds.firstKey();
    List<Double> smallest = seconds.get(first);
    List<BenchResult> results = new ArrayList<>();
    seconds.forEach((size, times) -> {
      results.add(new BenchResult(name + size, "time", "s", times));
      if (size != first) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < times.size(); round++) {
          ratios.add(times.get(round) / smallest.get(round));
        }
        results.add(new BenchResult(name + size, "ratio", "1", ratios));
      }
    });
    return results;
  }
}
