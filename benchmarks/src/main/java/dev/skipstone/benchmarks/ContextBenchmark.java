package dev.skipstone.benchmarks;

import java.util.List;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/** The cost of one token against the tokens before it. All lengths take turns. */
public final class ContextBenchmark {
  private final RoundTimer<Integer> timer;

  /**
   * @param lengths tokens before the one that is timed, each 0 or more; at least one length
   * @param warmUps rounds before those that count; 0 or more
   * @param rounds rounds that count; at least 1
   */
  public ContextBenchmark(List<Integer> lengths, int warmUps, int rounds) {
    if (lengths.isEmpty() || lengths.stream().anyMatch(length -> length < 0)) {
      throw new IllegalArgumentException("lengths " + lengths + ": not one or more of 0 or more");
    }
    timer = new RoundTimer<>(List.copyOf(new TreeSet<>(lengths)), warmUps, rounds);
  }

  /**
   * Runs the passes on the calling thread.
   *
   * @param runBehind runs one full-path pass of one row behind so many tokens, with its logits
   * @return for each length, in ascending order: {@code context/N} with metric {@code time} in
   *     {@code s} and, except for the shortest, metric {@code ratio} to the shortest
   * @throws InterruptedException if the thread was interrupted between two passes
   */
  public List<BenchResult> run(IntConsumer runBehind, Progress progress)
      throws InterruptedException {
    return RoundTimer.results(
        "context/", timer.run(runBehind::accept, length -> "context=" + length, progress));
  }
}
