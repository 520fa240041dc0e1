package dev.skipstone.runtime.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that execute a task together, the calling thread among them. Between a pass's phases they
 * meet at a barrier. Waiting spins briefly, since a phase takes microseconds, and then yields or
 * parks, so that an idle pool costs nothing. Tasks of several callers take turns.
 */
final class WorkerPool implements AutoCloseable {
  /** Work for all workers. Where one fails, the others stop at their next barrier. */
  @FunctionalInterface
  interface Task {
    void run(Worker worker);
  }

  private static final int SPINS_BEFORE_YIELD = 1_000;
  private static final int SPINS_BEFORE_PARK = 20_000;

  private final ReentrantLock turn = new ReentrantLock(true);
  private final Worker[] workers;
  private final Thread[] threads;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger finished = new AtomicInteger();
  private volatile int phase;
  private volatile int generation;
  private volatile Task task;
  private volatile boolean closed;
  private volatile Throwable failure;

  WorkerPool(int size) {
    workers = new Worker[size];
    for (int i = 0; i < size; i++) {
      workers[i] = new Worker(i, size, this);
    }
    threads = new Thread[size - 1];
    for (int i = 0; i < threads.length; i++) {
      Worker worker = workers[i + 1];
      threads[i] =
          Thread.ofPlatform()
              .daemon()
              .name("skipstone-cpu-" + (i + 1))
              .unstarted(() -> serve(worker));
      threads[i].start();
    }
  }

  int size() {
    return workers.length;
  }

  /** Runs a task on all workers and returns when all are done. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only under the lock
  void run(Task work) {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      failure = null;
      arrived.set(0);
      finished.set(0);
      task = work;
      generation++;
      for (Thread thread : threads) {
        LockSupport.unpark(thread);
      }
      execute(workers[0], work);
      awaitFinish();
      task = null;
      if (failure != null) {
        throw new IllegalStateException("a worker failed: " + failure, failure);
      }
    } finally {
      turn.unlock();
    }
  }

  private void serve(Worker worker) {
    int seen = 0;
    while (true) {
      int spins = 0;
      while (generation == seen && !closed) {
        if (++spins < SPINS_BEFORE_PARK) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (generation == seen) {
        return;
      }
      seen++;
      execute(worker, task);
    }
  }

  private void execute(Worker worker, Task work) {
    try {
      work.run(worker);
    } catch (BrokenBarrier e) {
      // Another worker failed and has said so.
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      finished.incrementAndGet();
    }
  }

  private void awaitFinish() {
    int spins = 0;
    while (finished.get() < workers.length) {
      pause(++spins);
    }
  }

  /** A barrier: the last to arrive opens it for all. */
  void await() {
    if (workers.length == 1) {
      return;
    }
    int current = phase;
    if (arrived.incrementAndGet() == workers.length) {
      arrived.set(0);
      phase = current + 1;
      return;
    }
    int spins = 0;
    while (phase == current) {
      if (failure != null) {
        throw new BrokenBarrier();
      }
      pause(++spins);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // progress does not depend on it, and a core is freed
  private static void pause(int spins) {
    if (spins < SPINS_BEFORE_YIELD) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  /** Ends a worker's task after another worker's failure. */
  private static final class BrokenBarrier extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenBarrier() {
      super(null, null, false, false);
    }
  }

  /** Ends the threads, after the running task. */
  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      for (Thread thread : threads) {
        LockSupport.unpark(thread);
      }
    } finally {
      turn.unlock();
    }
  }
}
