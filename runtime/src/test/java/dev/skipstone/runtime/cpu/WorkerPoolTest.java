package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyWorkerRunsOnceAndSharesCoverAllItems(int size) {
    try (WorkerPool pool = new WorkerPool(size)) {
      assertThat(pool.size()).isEqualTo(size);
      for (int items : new int[] {0, 1, 2, 5, 64}) {
        int[] visits = new int[items];
        pool.run(worker -> {
          assertThat(worker.count()).isEqualTo(size);
          for (int i = worker.start(items); i < worker.end(items); i++) {
            visits[i]++;
          }
        });
        assertThat(visits).isEqualTo(ones(items));
      }
    }
  }

  @Test
  void whatWasWrittenBeforeABarrierIsSeenBehindIt() {
    int phases = 200;
    try (WorkerPool pool = new WorkerPool(3)) {
      int[][] written = new int[phases][3];
      AtomicInteger wrong = new AtomicInteger();
      pool.run(worker -> {
        for (int[] row : written) {
          row[worker.index()] = 1;
          worker.await();
          if (row[0] + row[1] + row[2] != 3) {
            wrong.incrementAndGet();
          }
        }
      });
      assertThat(wrong).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aFailureIsReportedAndThePoolWorksAfterwards(int size) {
    try (WorkerPool pool = new WorkerPool(size)) {
      for (int failing = 0; failing < size; failing++) {
        int bad = failing;
        assertThatThrownBy(() ->
                pool.run(worker -> {
                  if (worker.index() == bad) {
                    throw new IllegalArgumentException("broken " + bad);
                  }
                }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("broken " + bad)
            .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(sumOfIndexes(pool)).isEqualTo(size * (size - 1) / 2);
      }
    }
  }

  /** The others must not wait for ever for a worker that will not come. */
  @Test
  void aFailureBetweenBarriersEndsTheOthersToo() {
    try (WorkerPool pool = new WorkerPool(3)) {
      for (int round = 0; round < 20; round++) {
        int bad = round % 3;
        AtomicInteger behind = new AtomicInteger();
        assertThatThrownBy(() ->
                pool.run(worker -> {
                  worker.await();
                  if (worker.index() == bad) {
                    throw new AssertionError("between barriers");
                  }
                  worker.await();
                  behind.incrementAndGet();
                }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("between barriers");
        assertThat(behind).hasValue(0);
        assertThat(sumOfIndexes(pool)).isEqualTo(3);
      }
    }
  }

  @Test
  void callersTakeTurns() throws Exception {
    try (WorkerPool pool = new WorkerPool(2);
        ExecutorService callers = Executors.newFixedThreadPool(4)) {
      AtomicInteger running = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(
            callers.submit(() ->
                pool.run(worker -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  worker.await();
                  running.decrementAndGet();
                })));
      }
      for (Future<?> call : calls) {
        call.get();
      }
      assertThat(most.get()).isLessThanOrEqualTo(2);
      assertThat(running).hasValue(0);
    }
  }

  /** Long enough for the workers to stop spinning. */
  @Test
  void parkedWorkersWakeUp() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(2)) {
      for (int i = 0; i < 3; i++) {
        Thread.sleep(20);
        assertThat(sumOfIndexes(pool)).isEqualTo(1);
      }
    }
  }

  @Test
  void aClosedPoolRefusesWork() {
    WorkerPool pool = new WorkerPool(2);
    pool.close();
    pool.close();
    assertThatThrownBy(() -> pool.run(worker -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the engine is closed");
  }

  private static int sumOfIndexes(WorkerPool pool) {
    AtomicInteger sum = new AtomicInteger();
    pool.run(worker -> {
      worker.await();
      sum.addAndGet(worker.index());
    });
    return sum.get();
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
