package dev.skipstone.runtime.cpu;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that execute tasks together, the calling thread among them. A task's phases follow each
 * other when all their units are done, not when all workers are there: one whose processor is busy
 * with something else holds up no more than the unit that it has begun. Waiting spins briefly,
 * since a phase takes microseconds, and then parks, so that the system can give the processor to a
 * worker that lacks one. Tasks of several callers take turns. Running a task allocates nothing.
 */
final class WorkerPool implements AutoCloseable {
  /** Work for all workers. Where one fails, the others stop at the end of their phase. */
  @FunctionalInterface
  interface Task {
    void run(Worker worker);
  }

  /**
   * Work over something that differs from time to time, such as a pass: a worker that comes late
   * gets what its own task is over, never the next one's, whose phases are others.
   */
  @FunctionalInterface
  interface TaskOver<T> {
    void run(Worker worker, T subject);
  }

  /** About 20 microseconds. */
  private static final int SPINS_IN_TASK = 1_000;

  /** Some 100 microseconds: a decoding loop's own work between two passes. */
  private static final int SPINS_BETWEEN_TASKS = 10_000;

  /** Distance of elements that different workers write: two cache lines. */
  private static final int PADDING = 16;

  private static final int UNIT_BITS = 24;
  private static final long UNIT_MASK = (1L << UNIT_BITS) - 1;

  private final ReentrantLock turn = new ReentrantLock(true);
  private final Worker[] workers;
  private final Thread[] threads;

  /** For each worker's share, the last phase that was begun and the next unit of it. */
  private final AtomicLongArray shares;

  /** Units done of all phases of all tasks. */
  private final AtomicLong completed = new AtomicLong();

  /** Whether a worker has parked, or is about to. */
  private final AtomicIntegerArray parked;

  /** Whether a worker is in a task. */
  private final AtomicIntegerArray running;

  /** Odd while the fields below change, so that a late worker reads none of a mixture. */
  private volatile int generation;

  private volatile TaskOver<Object> task;
  private volatile Object subject;
  private volatile long firstPhase;
  private volatile long unitsBefore;
  private volatile Thread caller;

  /** What the next task starts with; only under the lock. Phase 0 is what no share has begun. */
  private long nextPhase = 1;

  private long unitsSoFar;

  private volatile boolean closed;
  private volatile Throwable failure;

  WorkerPool(int size) {
    workers = new Worker[size];
    threads = new Thread[size];
    shares = new AtomicLongArray(size * PADDING);
    parked = new AtomicIntegerArray(size * PADDING);
    running = new AtomicIntegerArray(size * PADDING);
    for (int i = 0; i < size; i++) {
      workers[i] = new Worker(i, size, this);
    }
    for (int i = 1; i < size; i++) {
      Worker worker = workers[i];
      threads[i] =
          Thread.ofPlatform().daemon().name("skipstone-cpu-" + i).unstarted(() -> serve(worker));
      threads[i].start();
    }
  }

  int size() {
    return workers.length;
  }

  /** Runs a task on all workers and returns when all its units are done. */
  void run(Task work) {
    run((worker, same) -> same.run(worker), work);
  }

  /** As {@link #run(Task)}; the subject is not to change before the pool runs something else. */
  @SuppressWarnings("unchecked") // task and subject are published together
  <T> void run(TaskOver<T> work, T over) {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      TaskOver<Object> untyped = (TaskOver<Object>) work;
      publish(untyped, over);
      Worker own = workers[0];
      own.begin(nextPhase, unitsSoFar);
      execute(own, untyped, over);
      if (failure != null) {
        Throwable cause = recover();
        throw new IllegalStateException("a worker failed: " + cause, cause);
      }
      nextPhase = own.phase();
      unitsSoFar = own.target();
    } finally {
      turn.unlock();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only under the lock
  private void publish(TaskOver<Object> work, Object over) {
    generation++;
    task = work;
    subject = over;
    firstPhase = nextPhase;
    unitsBefore = unitsSoFar;
    caller = Thread.currentThread();
    generation++;
    for (int i = 1; i < workers.length; i++) {
      wake(i);
    }
  }

  /** After a failure: waits until nobody is in the task, and starts anew. */
  private Throwable recover() {
    publish(null, null);
    long last = workers[0].phase();
    for (int i = 1; i < workers.length; i++) {
      while (running.get(i * PADDING) != 0) {
        Thread.onSpinWait();
      }
      last = Math.max(last, workers[i].phase());
    }
    nextPhase = last + 1;
    unitsSoFar = 0;
    completed.set(0);
    Throwable cause = failure;
    failure = null;
    return cause;
  }

  private void serve(Worker worker) {
    int seen = 0;
    while (awaitTask(worker.index(), seen)) {
      running.set(worker.index() * PADDING, 1);
      int current = generation;
      TaskOver<Object> work = task;
      Object over = subject;
      worker.begin(firstPhase, unitsBefore);
      if ((current & 1) == 0 && current == generation) {
        seen = current;
        if (work != null) {
          execute(worker, work, over);
        }
      }
      running.set(worker.index() * PADDING, 0);
    }
  }

  /** Returns false when the pool is closed. */
  private boolean awaitTask(int index, int seen) {
    int spins = 0;
    while (generation == seen && !closed) {
      if (++spins < SPINS_BETWEEN_TASKS) {
        Thread.onSpinWait();
        continue;
      }
      parked.set(index * PADDING, 1);
      if (generation == seen && !closed) {
        LockSupport.park(this);
      }
      parked.set(index * PADDING, 0);
    }
    return !closed;
  }

  private void execute(Worker worker, TaskOver<Object> work, Object over) {
    try {
      work.run(worker, over);
      worker.await();
    } catch (BrokenPhase e) {
      // Another worker failed and has said so.
    } catch (RuntimeException | Error e) {
      failure = e;
      wakeAll();
    }
  }

  /**
   * A unit of a worker's share that nobody has claimed.
   *
   * @return the unit, or -1 if all are claimed or the phase is over
   */
  int claim(int owner, long phase, int total) {
    int count = workers.length;
    int start = (int) ((long) total * owner / count);
    int end = (int) ((long) total * (owner + 1) / count);
    while (true) {
      long share = shares.get(owner * PADDING);
      long begun = share >>> UNIT_BITS;
      int next = begun == phase ? (int) (share & UNIT_MASK) : start;
      if (begun > phase || next >= end) {
        return -1;
      }
      if (shares.compareAndSet(owner * PADDING, share, phase << UNIT_BITS | (next + 1))) {
        return next;
      }
    }
  }

  /** Adds a worker's units of a phase to those that are done, and waits for the others' units. */
  void complete(int index, int done, long target) {
    long now = done == 0 ? completed.get() : completed.addAndGet(done);
    if (now >= target) {
      if (done > 0) {
        wakeAll();
      }
      return;
    }
    int spins = 0;
    while (completed.get() < target) {
      if (failure != null) {
        throw new BrokenPhase();
      }
      if (++spins < SPINS_IN_TASK) {
        Thread.onSpinWait();
        continue;
      }
      parked.set(index * PADDING, 1);
      if (completed.get() < target && failure == null) {
        LockSupport.park(this);
      }
      parked.set(index * PADDING, 0);
    }
  }

  private void wakeAll() {
    for (int i = 0; i < workers.length; i++) {
      wake(i);
    }
  }

  private void wake(int index) {
    if (parked.get(index * PADDING) != 0) {
      LockSupport.unpark(index == 0 ? caller : threads[index]);
    }
  }

  /** Ends a worker's task after another worker's failure. */
  private static final class BrokenPhase extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenPhase() {
      super(null, null, false, false);
    }
  }

  /** Ends the threads, after the running task. */
  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      for (int i = 1; i < workers.length; i++) {
        LockSupport.unpark(threads[i]);
      }
    } finally {
      turn.unlock();
    }
  }
}
