package dev.skipstone.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Times tasks in turns. A round times every task once, and each round begins with another one, so
 * that the drift of a shared machine meets all of them alike; ratios are taken within a round.
 *
 * @param <T> what tells a task from the others
 */
public final class RoundTimer<T> {
  private final List<T> tasks;
  private final int warmUps;
  private final int rounds;
  private final LongSupplier nanoTime;

  /**
   * @param tasks what to time, in the order of the results
   * @param warmUps rounds before those that count; 0 or more
   * @param rounds rounds that count; at least 1
   */
  public RoundTimer(List<T> tasks, int warmUps, int rounds) {
    this(tasks, warmUps, rounds, System::nanoTime);
  }

  RoundTimer(List<T> tasks, int warmUps, int rounds, LongSupplier nanoTime) {
    if (warmUps < 0 || rounds < 1) {
      throw new IllegalArgumentException(
          "%d warm-up rounds and %d rounds: not 0 or more and 1 or more"
              .formatted(warmUps, rounds));
    }
    this.tasks = List.copyOf(tasks);
    this.warmUps = warmUps;
    this.rounds = rounds;
    this.nanoTime = nanoTime;
  }

  /**
   * Runs the tasks on the calling thread.
   *
   * @param label what a task is called when progress is told
   * @return seconds of each counted round by task
   * @throws InterruptedException if the thread was interrupted between two tasks
   */
  public Map<T, List<Double>> run(Consumer<T> runner, Function<T, String> label, Progress progress)
      throws InterruptedException {
    Map<T, List<Double>> seconds = new LinkedHashMap<>();
    tasks.forEach(task -> seconds.put(task, new ArrayList<>()));
    int total = (warmUps + rounds) * tasks.size();
    int done = 0;
    for (int round = 0; round < warmUps + rounds; round++) {
      for (int i = 0; i < tasks.size(); i++) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        T task = tasks.get((i + round) % tasks.size());
        long start = nanoTime.getAsLong();
        runner.accept(task);
        long nanos = nanoTime.getAsLong() - start;
        if (round >= warmUps) {
          // A clock of coarse steps may not have moved; no task takes less than a nanosecond.
          seconds.get(task).add(Math.max(1, nanos) * 1e-9);
        }
        progress.report(++done, total, label.apply(task));
      }
    }
    return seconds;
  }

  /**
   * Results with metric {@code time} in {@code s} and, except for the first, metric {@code ratio}
   * to it.
   *
   * @param name what a task's result is called, before the task itself
   */
  static <T> List<BenchResult> results(String name, Map<T, List<Double>> seconds) {
    List<BenchResult> results = new ArrayList<>();
    List<Double> first = null;
    for (Map.Entry<T, List<Double>> entry : seconds.entrySet()) {
      List<Double> times = entry.getValue();
      results.add(new BenchResult(name + entry.getKey(), "time", "s", times));
      if (first == null) {
        first = times;
        continue;
      }
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < times.size(); round++) {
        ratios.add(times.get(round) / first.get(round));
      }
      results.add(new BenchResult(name + entry.getKey(), "ratio", "1", ratios));
    }
    return results;
  }
}
