package dev.skipstone.runtime.cpu;

/** One of the threads that execute a pass together. */
final class Worker {
  private final int index;
  private final int count;
  private final WorkerPool pool;
  private final TileScratch scratch = new TileScratch();

  Worker(int index, int count, WorkerPool pool) {
    this.index = index;
    this.count = count;
    this.pool = pool;
  }

  int index() {
    return index;
  }

  int count() {
    return count;
  }

  TileScratch scratch() {
    return scratch;
  }

  /** First of this worker's share of {@code items}. */
  int start(int items) {
    return (int) ((long) items * index / count);
  }

  /** End of this worker's share of {@code items}. */
  int end(int items) {
    return (int) ((long) items * (index + 1) / count);
  }

  /** Waits until every worker is here; what they wrote before is visible to all afterwards. */
  void await() {
    pool.await();
  }
}
