package dev.skipstone.adapt.math;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed number of threads that share out the units of one task at a time, the calling thread
 * among them. A task is done when its units are, not when every thread has looked at it: one whose
 * processor is busy with something else holds up no more than the unit that it has begun. Running a
 * task allocates nothing. Tasks are started by one thread at a time.
 */
public final class Workers implements AutoCloseable {
  /** Work in independent units. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does one unit.
     *
     * @param worker who does it, from 0 to {@link Workers#size} - 1: for scratch memory, never for
     *     results
     * @param unit from 0
     */
    void run(int worker, int unit);
  }

  /** Some 50 microseconds: what lies between two tasks of a training step. */
  private static final int SPINS = 5_000;

  private static final int UNIT_BITS = 20;
  private static final int MOST_UNITS = (1 << UNIT_BITS) - 1;

  private final Thread[] threads;
  private final AtomicInteger[] parked;

  /**
   * The task's number, its units and the next one to be claimed, in one word: who claims a unit
   * knows that the task is still the one that it has read.
   */
  private final AtomicLong state = new AtomicLong();

  private final AtomicInteger done = new AtomicInteger();
  private volatile Task task;
  private volatile Thread caller;
  private volatile Throwable failure;
  private volatile boolean closed;

  /**
   * Starts the threads.
   *
   * @param size threads, the calling one among them; at least 1
   */
  public Workers(int size) {
    threads = new Thread[size];
    parked = new AtomicInteger[size];
    parked[0] = new AtomicInteger();
    for (int i = 1; i < size; i++) {
      int worker = i;
      parked[i] = new AtomicInteger();
      threads[i] =
          Thread.ofPlatform().daemon().name("skipstone-adapt-" + i).unstarted(() -> serve(worker));
      threads[i].start();
    }
  }

  public int size() {
    return threads.length;
  }

  /**
   * Runs a task and returns when all its units are done.
   *
   * @param units at most 2^20 - 1
   * @throws IllegalStateException if a unit failed, with the failure as its cause
   */
  public void run(int units, Task work) {
    if (units < 0 || units > MOST_UNITS) {
      throw new IllegalArgumentException(units + " units, not 0 to " + MOST_UNITS);
    }
    task = work;
    caller = Thread.currentThread();
    done.set(0);
    long number = (state.get() >>> (2 * UNIT_BITS)) + 1;
    state.set(number << (2 * UNIT_BITS) | (long) units << UNIT_BITS);
    if (units > 1) {
      for (int i = 1; i < threads.length; i++) {
        if (parked[i].get() != 0) {
          LockSupport.unpark(threads[i]);
        }
      }
    }
    claimAll(0);
    int spins = 0;
    while (done.get() < units) {
      if (++spins < SPINS) {
        Thread.onSpinWait();
        continue;
      }
      parked[0].set(1);
      if (done.get() < units) {
        LockSupport.park(this);
      }
      parked[0].set(0);
    }
    Throwable cause = failure;
    if (cause != null) {
      failure = null;
      throw new IllegalStateException("a worker failed: " + cause, cause);
    }
  }

  private void claimAll(int worker) {
    while (true) {
      long seen = state.get();
      if (nothingLeft(seen)) {
        return;
      }
      Task current = task;
      if (state.compareAndSet(seen, seen + 1)) {
        execute(current, worker, (int) (seen & MOST_UNITS), units(seen));
      }
    }
  }

  private static boolean nothingLeft(long state) {
    return (state & MOST_UNITS) >= units(state);
  }

  private static int units(long state) {
    return (int) (state >>> UNIT_BITS & MOST_UNITS);
  }

  private void execute(Task current, int worker, int unit, int units) {
    try {
      current.run(worker, unit);
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      if (done.incrementAndGet() == units && parked[0].get() != 0) {
        LockSupport.unpark(caller);
      }
    }
  }

  private void serve(int worker) {
    int spins = 0;
    while (!closed) {
      if (!nothingLeft(state.get())) {
        claimAll(worker);
        spins = 0;
      } else if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        parked[worker].set(1);
        if (nothingLeft(state.get()) && !closed) {
          LockSupport.park(this);
        }
        parked[worker].set(0);
      }
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    closed = true;
    for (int i = 1; i < threads.length; i++) {
      LockSupport.unpark(threads[i]);
    }
  }
}
