package dev.skipstone.runtime.draft;

/**
 * What drafting and verifying cost: times, in any one unit. Begins with costs that are assumed, as
 * multiples of a full pass over one row, which measured times then replace.
 */
final class StepCosts {
  /** What each further row of a pass adds where nothing has been measured. */
  private static final double ASSUMED_ROW = 0.3;

  /** Share of a new time in an estimate that has some. */
  private static final double NEWEST = 0.125;

  /** And of a shorter one: much can slow a pass, nothing but better code makes it faster. */
  private static final double NEWEST_SHORTER = 0.5;

  /** Later times count as this many times the estimate at most: a stolen processor says nothing. */
  private static final double OUTLIER = 2;

  private final double assumedDraft;
  private final boolean inOnePass;
  private final double[] passes = new double[DraftMethod.MAX_DRAFT_TOKENS + 2];
  private final int[] times = new int[passes.length];

  /** Of drafting a token; in one pass, of that pass as a share of a full one over as many rows. */
  private double draft;

  private int draftTimes;

  /**
   * @param draft assumed cost of drafting one token, as a share of a full pass; 0 where that runs
   *     no pass, which then needs no measuring
   * @param inOnePass whether a draft is one pass, which then costs that share of a full pass over
   *     as many rows
   */
  StepCosts(double draft, boolean inOnePass) {
    assumedDraft = draft;
    this.inOnePass = inOnePass;
    passes[1] = 1;
  }

  /** Of drafting some tokens and verifying them. */
  double step(int drafted) {
    return draft(drafted) + pass(drafted + 1);
  }

  /**
   * Of drafting some tokens and verifying fewer.
   *
   * @param verified tokens on average
   */
  double step(int drafted, double verified) {
    int fewest = (int) verified;
    double least = pass(fewest + 1);
    double rest = verified - fewest;
    return draft(drafted) + (rest > 0 ? least + rest * (pass(fewest + 2) - least) : least);
  }

  private double draft(int tokens) {
    if (tokens == 0) {
      return 0;
    }
    if (inOnePass) {
      return (draftTimes > 0 ? draft : assumedDraft) * pass(tokens);
    }
    return tokens * (draftTimes > 0 ? draft : assumedDraft * passes[1]);
  }

  /** Of a full pass over some rows; those not measured lie on a line with those that were. */
  double pass(int rows) {
    if (rows == 1 || times[rows] > 0) {
      return passes[rows];
    }
    int below = rows - 1;
    while (below > 1 && times[below] == 0) {
      below--;
    }
    int above = rows + 1;
    while (above < times.length && times[above] == 0) {
      above++;
    }
    double row = ASSUMED_ROW * passes[1];
    if (above < times.length) {
      row = (passes[above] - passes[below]) / (above - below);
    } else if (below > 1) {
      row = (passes[below] - passes[1]) / (below - 1);
    }
    return passes[below] + Math.max(0, row) * (rows - below);
  }

  /** Whether a pass over one row was timed, without which no other time says anything. */
  private boolean hasUnit() {
    return times[1] > 0;
  }

  /**
   * Learns from the times of a step.
   *
   * @param drafted tokens
   * @param verified those of them that were verified
   * @param drafting time of all of them
   * @param verifying time of the pass behind them, in the same unit
   */
  void add(int drafted, int verified, double drafting, double verifying) {
    if (drafted == 0 && !hasUnit()) {
      times[1] = 1;
      passes[1] = verifying;
    } else if (hasUnit()) {
      int rows = verified + 1;
      passes[rows] = newer(pass(rows), times[rows]++, verifying);
      if (drafted > 0 && assumedDraft > 0) {
        double unit = inOnePass ? pass(drafted) : drafted;
        draft = newer(draft(drafted) / unit, draftTimes++, drafting / unit);
      }
    }
  }

  /** The first times weigh as much as what was assumed, so that one slow one does not decide. */
  private static double newer(double estimate, int times, double value) {
    double share = Math.max(NEWEST, 1.0 / (times + 2));
    if (value < estimate) {
      share = Math.max(NEWEST_SHORTER, share);
    }
    return estimate + share * (Math.min(value, OUTLIER * estimate) - estimate);
  }
}
