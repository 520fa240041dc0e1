package dev.skipstone.runtime.draft;

/**
 * What drafting and verifying cost, in units of a full pass over one row. Begins with assumed
 * costs, which measured times then replace.
 */
final class StepCosts {
  /** What each further row of a pass adds where nothing has been measured. */
  private static final double ASSUMED_ROW = 0.3;

  /** Share of a new time in an estimate that has some. */
  private static final double NEWEST = 0.125;

  /** Later times count as this many times the estimate at most: a stolen processor says nothing. */
  private static final double OUTLIER = 2;

  private final double[] passes = new double[DraftMethod.MAX_DRAFT_TOKENS + 2];
  private final int[] times = new int[passes.length];
  private double draftToken;
  private int draftTimes;
  private double unit;

  /**
   * @param draftToken assumed cost of drafting one token; 0 where that runs no pass, which then
   *     needs no measuring
   */
  StepCosts(double draftToken) {
    this.draftToken = draftToken;
    times[1] = 1;
    passes[1] = 1;
  }

  /** Of drafting some tokens and verifying them. */
  double step(int drafted) {
    return drafted * draftToken + pass(drafted + 1);
  }

  /** Of a full pass over some rows; those not measured lie on a line with those that were. */
  private double pass(int rows) {
    if (times[rows] > 0) {
      return passes[rows];
    }
    int below = rows - 1;
    while (times[below] == 0) {
      below--;
    }
    int above = rows + 1;
    while (above < times.length && times[above] == 0) {
      above++;
    }
    double row = ASSUMED_ROW;
    if (above < times.length) {
      row = (passes[above] - passes[below]) / (above - below);
    } else if (below > 1) {
      row = (passes[below] - 1) / (below - 1);
    }
    return passes[below] + Math.max(0, row) * (rows - below);
  }

  /** Whether a pass over one row was timed, without which no other time says anything. */
  boolean hasUnit() {
    return unit > 0;
  }

  /**
   * Learns from the times of a step.
   *
   * @param drafted tokens
   * @param drafting time of all of them
   * @param verifying time of the pass behind them, in the same unit
   */
  void add(int drafted, double drafting, double verifying) {
    if (drafted == 0) {
      unit += hasUnit() ? NEWEST * (Math.min(verifying, OUTLIER * unit) - unit) : verifying;
    } else if (hasUnit()) {
      int rows = drafted + 1;
      passes[rows] = newer(pass(rows), times[rows]++, verifying / unit);
      if (draftToken > 0) {
        draftToken = newer(draftToken, draftTimes++, drafting / drafted / unit);
      }
    }
  }

  /** The first times weigh as much as what was assumed, so that one slow one does not decide. */
  private static double newer(double estimate, int times, double value) {
    double share = Math.max(NEWEST, 1.0 / (times + 2));
    return estimate + share * (Math.min(value, OUTLIER * estimate) - estimate);
  }
}
