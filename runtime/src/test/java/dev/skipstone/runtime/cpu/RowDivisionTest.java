package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skipstone.model.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a clock that a test moves: what a kernel takes is given, nothing is measured. */
class RowDivisionTest {
  private static final int BLOCKS = 10;

  /** Calls after which two trials of three divisions have ended, whatever the turns. */
  private static final int SETTLED = 2 * 4 * RowDivision.SAMPLES * RowDivision.PERIOD;

  private final RowGroups groups = new RowGroups();
  private final RowDivision division = new RowDivision(TensorType.Q4_1, groups, this::readClock);

  /** Nanoseconds of a block for each kernel. */
  private final long[] costs = {0, 10, 17, 24, 31, 38};

  private long clock = 1_000_000;
  private int readings;

  @BeforeEach
  void onlyWithFiveRows() {
    assumeTrue(TileFormat.MOST_ROWS == 5, "with short vectors a kernel takes four rows at most");
  }

  private long readClock() {
    readings++;
    return clock;
  }

  @Test
  void allRowsAreTakenOnceInEveryState() {
    for (int state = 0; state <= 5; state++) {
      if (state > 0) {
        compile(state);
      }
      for (int rows = 1; rows <= 70; rows++) {
        for (int call = 0; call < 2000; call += 1 + rows / 4) {
          List<Integer> parts = multiply(rows, 0);
          assertThat(parts).as("%d rows", rows).allMatch(part -> part >= 1 && part <= 5);
          assertThat(parts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(rows);
        }
      }
    }
  }

  @Test
  void theQuickestIsKeptForEachNumberOfRows() {
    compile(2, 3, 5);
    costs[5] = 60;
    settle(3, 5, 64);
    assertThat(multiply(3, 0)).as("24 against 27").containsExactly(3);
    assertThat(multiply(5, 0)).as("60 against 41").containsExactly(3, 2);
    assertThat(multiply(64, 0)).hasSize(16).containsOnly(4);
    assertThat(division).hasToString("Q4_1: 3 rows as 3, 5 as 3+2");

    costs[5] = 30;
    settle(5);
    assertThat(multiply(5, 0)).as("decided once").containsExactly(3, 2);

    RowDivision other = new RowDivision(TensorType.Q4_1, groups, this::readClock);
    settle(other, 5);
    assertThat(other).hasToString("Q4_1: 5 rows as 5");
  }

  /** The count of calls can't tell for sure when the JVM has compiled a kernel. */
  @Test
  void aKernelThatIsCompiledDuringTheTrialIsNotLost() {
    compile(5);
    costs[5] = 3000;
    for (int call = 0; call < SETTLED / 3; call++) {
      multiply(5, 0);
    }
    assertThat(readings).as("one trial has ended").isGreaterThan(2 * 2 * RowDivision.SAMPLES);
    costs[5] = 38;
    settle(5);
    assertThat(multiply(5, 0)).as("38 against 41").containsExactly(5);
  }

  @Test
  void aFewStolenProcessorsDecideNothing() {
    compile(2, 3, 5);
    for (int call = 0; call < SETTLED; call++) {
      // Every third of the calls that are timed, which the first one is not of.
      multiply(5, call % 48 == 1 ? 5_000_000 : 0);
    }
    assertThat(multiply(5, 0)).containsExactly(5);
    assertThat(division).hasToString("Q4_1: 5 rows as 5");
  }

  @Test
  void noClockIsReadBeforeThereIsAChoiceNorAfterIt() {
    for (int call = 0; call < 1000; call++) {
      multiply(5, 0);
      multiply(3, 0);
      multiply(1, 0);
    }
    assertThat(readings).as("only kernels for one and four rows are compiled").isZero();
    compile(2, 3, 5);
    settle(1, 2, 3, 4, 5, 64);
    int before = readings;
    assertThat(before).isPositive();
    settle(1, 2, 3, 4, 5, 64);
    assertThat(readings).isEqualTo(before);
  }

  @Test
  void anotherCompiledKernelMeansAnotherTrial() {
    compile(5);
    costs[5] = 50;
    settle(5, 64);
    assertThat(multiply(5, 0)).as("3 + 2 is not compiled").containsExactly(4, 1);
    compile(2, 3);
    costs[2] = 5;
    settle(5);
    assertThat(multiply(5, 0)).containsExactly(3, 2);
  }

  @Test
  void turnsKeepNoStepWithWorkersOrMatrices() {
    compile(2, 3, 5);
    RowDivision.Trial trial = division.trial(5);
    int[][] seen = new int[4][3];
    for (int call = 0; call < 1200; call++) {
      seen[call % 4][trial.candidate()]++;
    }
    for (int[] counts : seen) {
      assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(80);
    }
  }

  /** Asks for kernels so often that the JVM must have compiled them. */
  private void compile(int... kernels) {
    for (int kernel : kernels) {
      for (int ask = 0; ask < 200_000; ask++) {
        groups.next(kernel);
      }
    }
  }

  private void settle(int... rowCounts) {
    settle(division, rowCounts);
  }

  private void settle(RowDivision settled, int... rowCounts) {
    for (int rows : rowCounts) {
      for (int call = 0; call < SETTLED; call++) {
        multiply(settled, rows, 0);
      }
    }
  }

  private List<Integer> multiply(int rows, long stolen) {
    return multiply(division, rows, stolen);
  }

  /** What a tile's product does, but for the product; returns the groups. */
  private List<Integer> multiply(RowDivision divided, int rows, long stolen) {
    RowDivision.Trial trial = divided.trial(rows);
    int candidate = trial == null ? 0 : trial.candidate();
    long start = trial == null ? 0 : trial.now();
    int first = trial == null ? divided.first(rows) : trial.first(candidate);
    List<Integer> parts = new ArrayList<>();
    for (int left = rows; left > 0; left -= parts.getLast()) {
      // More rows than a kernel takes lie in memory by fours.
      int side = rows > TileFormat.MOST_ROWS ? 4 - (rows - left) % 4 : left;
      parts.add(divided.next(first, rows, Math.min(left, side)));
      clock += BLOCKS * costs[parts.getLast()];
    }
    clock += stolen;
    if (trial != null) {
      trial.add(candidate, start, BLOCKS);
    }
    return parts;
  }
}
