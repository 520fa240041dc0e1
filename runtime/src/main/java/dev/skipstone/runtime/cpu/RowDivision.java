package dev.skipstone.runtime.cpu;

import dev.skipstone.model.TensorType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.LongSupplier;

/**
 * How the rows of a pass are divided into groups for the kernels of a weight type: what was
 * quickest here. A division is told by its first group, and the rest is another: five rows are 5, 4
 * + 1 or 3 + 2. More rows than a kernel takes lie in memory by {@value RowGroups#USUAL} ({@link
 * Activations}) and are taken so.
 *
 * <p>For each number of rows the divisions are tried on the work that comes anyway: one tile in
 * {@value #PERIOD} is timed, with each division in irregular turns. The one with the smallest
 * median two times in a row is kept, since the JVM may still have been compiling the first time;
 * from then on no clock is read. A measurement when a model is loaded would have to wait until the
 * kernels are compiled, which takes thousands of calls and longer than a short answer. So a
 * division is tried only when its kernels are compiled ({@link RowGroups}), and the trial is
 * repeated when one more has become so. Until the first trial's end rows go as one.
 *
 * <p>Time decides about nothing but time: a row's result is the same bits in any group. Workers
 * share the counts without synchronization and may lose some to each other.
 */
final class RowDivision {
  /** Times of each division that a median is of. */
  static final int SAMPLES = 501;

  /** A tile is timed once in so many, so that a trial sees several passes. */
  static final int PERIOD = 16;

  /** Most rows that there is a choice for. */
  private static final int LARGEST = TileFormat.MOST_ROWS;

  private static final Map<TensorType, RowDivision> ALL = new EnumMap<>(TensorType.class);

  static {
    for (TensorType type : TensorType.values()) {
      ALL.put(type, new RowDivision(type, TileFormat.of(type).groups(), System::nanoTime));
    }
  }

  private final TensorType type;
  private final RowGroups groups;
  private final LongSupplier nanoTime;

  /** First groups by number of rows, where a trial has found one; 0 elsewhere. */
  private final int[] chosen = new int[LARGEST + 1];

  /** The compiled kernels when a number of rows was last decided on. */
  private final int[] decided = new int[LARGEST + 1];

  /** Running ones, by number of rows. */
  private final Trial[] trials = new Trial[LARGEST + 1];

  RowDivision(TensorType type, RowGroups groups, LongSupplier nanoTime) {
    this.type = type;
    this.groups = groups;
    this.nanoTime = nanoTime;
  }

  /** The one of all matrices of a type in this JVM. */
  static RowDivision of(TensorType type) {
    return ALL.get(type);
  }

  /** The first group of so many rows, where no trial is running. */
  int first(int rows) {
    int kept = rows > LARGEST ? RowGroups.USUAL : chosen[rows];
    return kept > 0 ? kept : rows;
  }

  /**
   * Rows of the next group.
   *
   * @param first group of the division
   * @param rows of all groups
   * @param left rows that are left side by side, 1 to {@code rows}
   */
  int next(int first, int rows, int left) {
    return groups.next(wanted(first, rows, left));
  }

  private static int wanted(int first, int rows, int left) {
    return left == rows ? first : left;
  }

  /** The trial that this tile of so many rows is for; null where it is for none, as mostly. */
  Trial trial(int rows) {
    int ready = groups.ready();
    if (rows > LARGEST || decided[rows] == ready) {
      return null;
    }
    Trial running = trials[rows];
    if (running != null) {
      return running.calls++ % PERIOD == 0 ? running : null;
    }
    int[] firsts = new int[rows];
    int count = 0;
    for (int first = (rows + 1) / 2; first <= rows; first++) {
      if ((kernels(first, rows) & ~ready) == 0) {
        firsts[count++] = first;
      }
    }
    // Without the usual one, its kernel is still to be compiled.
    if (count < 2 || (kernels(rows, rows) & ~ready) != 0) {
      decided[rows] = ready;
      return null;
    }
    trials[rows] = new Trial(rows, ready, Arrays.copyOf(firsts, count));
    return trials[rows];
  }

  /** The groups of a division, bit n for n rows. */
  private static int kernels(int first, int rows) {
    return 1 << first | (first < rows ? 1 << (rows - first) : 0);
  }

  /**
   * What trials have found, such as {@code Q4_1: 3 rows as 2+1, 5 as 5}; empty where there was
   * none.
   */
  @Override
  public String toString() {
    StringJoiner all = new StringJoiner(", ");
    for (int rows = 1; rows <= LARGEST; rows++) {
      if (chosen[rows] > 0) {
        all.add((all.length() == 0 ? "%d rows as %s" : "%d as %s").formatted(rows, sum(rows)));
      }
    }
    return all.length() == 0 ? "" : type + ": " + all;
  }

  private String sum(int rows) {
    int first = chosen[rows];
    return first == rows ? Integer.toString(rows) : first + "+" + (rows - first);
  }

  /** The comparison of the divisions of a number of rows. */
  final class Trial {
    /** 2^32 divided by the golden ratio: turns that keep no step with anything. */
    private static final int STEP = 0x9e3779b9;

    private final int rows;
    private final int ready;
    private final int[] firsts;
    private final float[][] samples;
    private final int[] filled;
    private int calls;
    private int turn;

    /** The first group of what was quickest the time before; 0 at first. */
    private int previous;

    private Trial(int rows, int ready, int[] firsts) {
      this.rows = rows;
      this.ready = ready;
      this.firsts = firsts;
      samples = new float[firsts.length][SAMPLES];
      filled = new int[firsts.length];
    }

    /** Whose turn it is, for {@link #first} and {@link #add}. */
    int candidate() {
      turn += STEP;
      return (int) ((Integer.toUnsignedLong(turn) * firsts.length) >>> Integer.SIZE);
    }

    /** A candidate's first group. */
    int first(int candidate) {
      return firsts[candidate];
    }

    /** The time now, in nanoseconds. */
    long now() {
      return nanoTime.getAsLong();
    }

    /**
     * Takes down what a tile took; the last one that was missing tells which was the quickest.
     *
     * @param start what {@link #now} was before
     * @param blocks of the tile
     */
    void add(int candidate, long start, int blocks) {
      int place = filled[candidate];
      if (place < SAMPLES) {
        samples[candidate][place] = (float) (now() - start) / blocks;
        filled[candidate] = place + 1;
      }
      for (int count : filled) {
        if (count < SAMPLES) {
          return;
        }
      }
      decide();
    }

    private void decide() {
      int best = 0;
      float least = Float.MAX_VALUE;
      for (int i = 0; i < firsts.length; i++) {
        float[] sorted = samples[i].clone();
        Arrays.sort(sorted);
        if (sorted[SAMPLES / 2] < least) {
          least = sorted[SAMPLES / 2];
          best = firsts[i];
        }
      }
      if (best != previous) {
        previous = best;
        Arrays.fill(filled, 0);
        return;
      }
      chosen[rows] = best;
      decided[rows] = ready;
      trials[rows] = null;
    }
  }
}
