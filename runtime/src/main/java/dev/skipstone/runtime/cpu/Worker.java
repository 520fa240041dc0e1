package dev.skipstone.runtime.cpu;

/**
 * One of the threads that execute a task together. A task is a sequence of phases, the same for all
 * workers: each claims units of work until there are none left, and {@link #await} ends the phase.
 *
 * <p>A worker whose processor was taken away may come late to a phase that the others have done
 * without it: it gets no units then. What it does outside of claimed units must therefore change
 * nothing that others see.
 */
final class Worker {
  private final int index;
  private final int count;
  private final WorkerPool pool;
  private final float[] lanes = new float[Lanes.FLOATS];

  /** Number of the phase, and units of all phases up to its end. */
  private long phase;

  private long target;
  private int units;

  /** Workers whose shares this one has found used up, and units that it has done. */
  private int exhausted;

  private int done;

  Worker(int index, int count, WorkerPool pool) {
    this.index = index;
    this.count = count;
    this.pool = pool;
  }

  int index() {
    return index;
  }

  /** A buffer for one vector. */
  float[] lanes() {
    return lanes;
  }

  long phase() {
    return phase;
  }

  /** Starts with a task's first phase. */
  void begin(long firstPhase, long unitsBefore) {
    phase = firstPhase;
    target = unitsBefore;
    units = 0;
    exhausted = 0;
    done = 0;
  }

  /**
   * A unit of the phase that no other worker has: of this worker's share while there is one, then
   * of the others', so that the last ones end together.
   *
   * @param total units of the phase, the same at each call
   * @return 0 to {@code total} - 1, or -1 if there is none left
   */
  int claim(int total) {
    units = total;
    while (exhausted < count) {
      int unit = pool.claim((index + exhausted) % count, phase, total);
      if (unit >= 0) {
        done++;
        return unit;
      }
      exhausted++;
    }
    return -1;
  }

  /** Ends the phase: waits until all its units are done. What was written is visible afterwards. */
  void await() {
    target += units;
    pool.complete(index, done, target);
    phase++;
    units = 0;
    exhausted = 0;
    done = 0;
  }

  /** Units of all phases so far. */
  long target() {
    return target;
  }
}
