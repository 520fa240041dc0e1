package dev.skipstone.runtime.draft;

/**
 * What a kind of pass costs by its rows: times, in any one unit. Rows that were not timed lie on a
 * line with those that were.
 */
final class RowCosts {
  /** Share of a new time in an estimate that has some. */
  private static final double NEWEST = 0.125;

  /** And of a shorter one: much can slow a pass, nothing but better code makes it faster. */
  private static final double NEWEST_SHORTER = 0.5;

  /** Later times count as this many times the estimate at most: a stolen processor says nothing. */
  private static final double OUTLIER = 2;

  private final double assumedFirst;
  private final double assumedRow;
  private final double[] costs = new double[DraftMethod.MAX_DRAFT_TOKENS + 2];
  private final int[] times = new int[costs.length];

  /**
   * @param assumedFirst assumed cost of a pass over one row, as a share of the caller's unit
   * @param assumedRow what each further row adds to that
   */
  RowCosts(double assumedFirst, double assumedRow) {
    this.assumedFirst = assumedFirst;
    this.assumedRow = assumedRow;
  }

  /** Whether a pass over so many rows was timed. */
  boolean isTimed(int rows) {
    return times[rows] > 0;
  }

  /**
   * @param rows at least 1
   * @param unit what assumed costs are multiples of
   */
  double cost(int rows, double unit) {
    if (isTimed(rows)) {
      return costs[rows];
    }
    int below = timed(rows, -1);
    int above = timed(rows, 1);
    if (below == 0 && above == 0) {
      return unit * (assumedFirst + assumedRow * (rows - 1));
    }
    if (below == 0) {
      // Not less than a share by rows, which is above 0.
      return costs[above] - Math.min(unit * assumedRow, costs[above] / above) * (above - rows);
    }
    double row = unit * assumedRow;
    int first = timed(0, 1);
    if (above > 0) {
      row = (costs[above] - costs[below]) / (above - below);
    } else if (first < below) {
      row = (costs[below] - costs[first]) / (below - first);
    }
    return costs[below] + Math.max(0, row) * (rows - below);
  }

  /** The nearest number of rows in a direction that was timed; 0 for none. */
  private int timed(int from, int step) {
    int rows = from + step;
    while (rows > 0 && rows < times.length && times[rows] == 0) {
      rows += step;
    }
    return rows > 0 && rows < times.length ? rows : 0;
  }

  /** Takes a first time as it is. */
  void set(int rows, double time) {
    costs[rows] = time;
    times[rows] = 1;
  }

  /** Learns from a time. */
  void add(int rows, double time, double unit) {
    costs[rows] = newer(cost(rows, unit), times[rows]++, time);
  }

  /**
   * An estimate after one more time. The first times weigh as much as what was assumed, so that one
   * slow one does not decide.
   *
   * @param times that the estimate has seen
   */
  static double newer(double estimate, int times, double value) {
    double share = Math.max(NEWEST, 1.0 / (times + 2));
    if (value < estimate) {
      share = Math.max(NEWEST_SHORTER, share);
    }
    return estimate + share * (Math.min(value, OUTLIER * estimate) - estimate);
  }
}
