package dev.skipstone.runtime.pass;

/**
 * An operation that is ready to run, by one thread at a time.
 *
 * @param body the operation
 * @param output what it wrote, in part or in whole: enough to see that it ran
 * @param bytes that a run reads at least: weights and cache as they lie in memory, each once
 * @param operations of float32 in a run, a multiply-add counted as two; 0 where nothing is computed
 *     or exponentials and the like leave nothing to count
 * @param release gives back its memory and threads
 */
@SuppressWarnings("ArrayRecordComponent") // a buffer, compared by nobody
public record Kernel(Runnable body, float[] output, long bytes, long operations, Runnable release)
    implements AutoCloseable {
  /** Runs it once. */
  public void run() {
    body.run();
  }

  @Override
  public void close() {
    release.run();
  }
}
