package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pool does wrong often shows as workers that never end. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyUnitIsDoneOnce(int size) {
    try (WorkerPool pool = new WorkerPool(size)) {
      assertThat(pool.size()).isEqualTo(size);
      for (int units : new int[] {0, 1, 2, 5, 64, 1000}) {
        AtomicIntegerArray visits = new AtomicIntegerArray(units);
        pool.run(worker -> {
          for (int i = worker.claim(units); i >= 0; i = worker.claim(units)) {
            visits.incrementAndGet(i);
          }
        });
        for (int i = 0; i < units; i++) {
          assertThat(visits.get(i)).as("unit %d of %d", i, units).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void whatAPhaseWroteIsSeenInTheNext() {
    int phases = 200;
    int units = 7;
    try (WorkerPool pool = new WorkerPool(3)) {
      int[][] written = new int[phases][units];
      AtomicInteger wrong = new AtomicInteger();
      pool.run(worker -> {
        for (int phase = 0; phase < phases; phase++) {
          for (int i = worker.claim(units); i >= 0; i = worker.claim(units)) {
            int before = phase == 0 ? units : Arrays.stream(written[phase - 1]).sum();
            if (before != units) {
              wrong.incrementAndGet();
            }
            written[phase][i]++;
          }
          worker.await();
        }
      });
      assertThat(wrong).hasValue(0);
      assertThat(List.of(written)).allSatisfy(row -> assertThat(row).containsOnly(1));
    }
  }

  /** The others do its share meanwhile, and it finds nothing left to do when it comes. */
  @Test
  void aWorkerThatComesLateHoldsUpNobody() {
    CountDownLatch done = new CountDownLatch(1);
    CountDownLatch returned = new CountDownLatch(1);
    AtomicInteger late = new AtomicInteger();
    try (WorkerPool pool = new WorkerPool(2)) {
      pool.run(worker -> {
        if (worker.index() == 1) {
          await(done);
        }
        for (int phase = 0; phase < 5; phase++) {
          while (worker.claim(8) >= 0) {
            late.addAndGet(worker.index());
          }
          worker.await();
        }
        if (worker.index() == 1) {
          returned.countDown();
        }
      });
      done.countDown();
      await(returned);
      assertThat(late).hasValue(0);
      assertThat(doneUnits(pool)).isEqualTo(10);
    }
  }

  /** Else it would go through the next pass with the phases of the one before. */
  @Test
  void aWorkerThatComesLateKeepsItsOwnSubject() {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    CountDownLatch returned = new CountDownLatch(1);
    AtomicReference<String> seen = new AtomicReference<>();
    try (WorkerPool pool = new WorkerPool(2)) {
      WorkerPool.TaskOver<String> task =
          (worker, subject) -> {
            if (worker.index() == 1 && seen.get() == null) {
              started.countDown();
              await(done);
              seen.set(subject);
              returned.countDown();
            }
            while (worker.claim(4) >= 0) {
              if (worker.index() == 0 && subject.equals("first")) {
                await(started);
              }
            }
          };
      pool.run(task, "first");
      pool.run(task, "second");
      done.countDown();
      await(returned);
      assertThat(seen).hasValue("first");
      assertThat(doneUnits(pool)).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aFailureIsReportedAndThePoolWorksAfterwards(int size) {
    try (WorkerPool pool = new WorkerPool(size)) {
      for (int round = 0; round < 20; round++) {
        int bad = round % 5;
        AtomicInteger behind = new AtomicInteger();
        assertThatThrownBy(() ->
                pool.run(worker -> {
                  for (int i = worker.claim(5); i >= 0; i = worker.claim(5)) {
                    if (i == bad) {
                      throw new IllegalArgumentException("broken " + bad);
                    }
                  }
                  worker.await();
                  behind.incrementAndGet();
                }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("broken " + bad)
            .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(behind).hasValue(0);
        assertThat(doneUnits(pool)).isEqualTo(10);
      }
    }
  }

  @Test
  void aShareIsClaimedFromItsStartToItsEnd() {
    try (WorkerPool pool = new WorkerPool(2)) {
      assertThat(IntStream.range(0, 5).map(i -> pool.claim(1, 7, 6)))
          .containsExactly(3, 4, 5, -1, -1);
      assertThat(pool.claim(0, 7, 6)).as("the other share").isZero();
      assertThat(pool.claim(1, 8, 6)).as("the next phase").isEqualTo(3);
      assertThat(pool.claim(1, 7, 6)).as("a phase that is over").isEqualTo(-1);
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
                  while (worker.claim(4) >= 0) {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    running.decrementAndGet();
                  }
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
        assertThat(doneUnits(pool)).isEqualTo(10);
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

  private static int doneUnits(WorkerPool pool) {
    AtomicInteger count = new AtomicInteger();
    pool.run(worker -> {
      while (worker.claim(10) >= 0) {
        count.incrementAndGet();
      }
    });
    return count.get();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
