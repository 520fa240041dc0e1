package dev.skipstone.benchmarks.roofline;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;

/**
 * What the machine reaches with loops that do nothing else, in the same language and on the same
 * number of threads as the engine: the two roofs of a roofline.
 *
 * @param bytesPerSecond read from memory, far beyond the caches
 * @param operationsPerSecond float32 operations, a fused multiply-add counted as two
 */
public record MachinePeak(double bytesPerSecond, double operationsPerSecond) {
  /** More than processors' caches hold, and than most models of one device's size. */
  private static final long MEMORY = 256L << 20;

  private static final int REPETITIONS = 12;

  /** Other guests of the machine take some of its memory's bandwidth, now more, now less. */
  private static final long LEAST_NANOS = 500_000_000;

  private static final int STEPS = 4_000_000;

  /** Results that nobody looks at are written here, so that the JVM has to compute them. */
  private static volatile double sink;

  /**
   * Measures for one or two seconds: the best of many repetitions.
   *
   * @param threads threads to measure with, at least 1
   * @throws InterruptedException if the thread was interrupted
   */
  public static MachinePeak measure(int threads) throws InterruptedException {
    double bytes;
    try (Arena arena = Arena.ofShared()) {
      long part = MEMORY / threads / MemoryStream.UNIT * MemoryStream.UNIT;
      MemorySegment memory = arena.allocate(part * threads, MemoryStream.UNIT);
      // Pages that were never written may all be the same one.
      memory.fill((byte) 1);
      double seconds =
          best(threads, thread -> MemoryStream.read(memory.asSlice(thread * part, part)));
      bytes = part * threads / seconds;
    }
    double seconds = best(threads, thread -> MultiplyAdds.run(STEPS));
    return new MachinePeak(bytes, (double) MultiplyAdds.OPERATIONS * STEPS * threads / seconds);
  }

  /** The higher of both peaks of each kind. */
  MachinePeak or(MachinePeak other) {
    return new MachinePeak(
        Math.max(bytesPerSecond, other.bytesPerSecond),
        Math.max(operationsPerSecond, other.operationsPerSecond));
  }

  /** Seconds from the common start of all threads to the end of the last, at the best. */
  private static double best(int threads, IntToDoubleFunction task) throws InterruptedException {
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      double best = Double.MAX_VALUE;
      long end = System.nanoTime() + LEAST_NANOS;
      for (int repetition = 0; repetition < REPETITIONS || System.nanoTime() < end; repetition++) {
        List<Future<long[]>> spans = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          int thread = i;
          spans.add(
              pool.submit(() -> {
                start.await();
                long from = System.nanoTime();
                sink = task.applyAsDouble(thread);
                return new long[] {from, System.nanoTime()};
              }));
        }
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Future<long[]> span : spans) {
          first = Math.min(first, span.get()[0]);
          last = Math.max(last, span.get()[1]);
        }
        best = Math.min(best, (last - first) * 1e-9);
      }
      return best;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread that measures the machine failed", e);
    } finally {
      pool.shutdownNow();
    }
  }
}
