package dev.skipstone.runtime.draft;

/**
 * What drafting and verifying cost: times, in any one unit. Begins with costs that are assumed, as
 * multiples of a full pass over one row, which measured times then replace.
 */
final class StepCosts {
  /** What each further row of a pass adds where nothing has been measured. */
  static final double ASSUMED_ROW = 0.3;

  private final double assumedDraftToken;
  private final RowCosts passes = new RowCosts(1, ASSUMED_ROW);

  /** Of one pass that drafts all tokens; null where each has a pass, or none. */
  private final RowCosts draftPasses;

  private double draftToken;
  private int draftTimes;

  /**
   * @param draftPass assumed cost of a draft pass besides its tokens' share; 0 where each token has
   *     a pass of its own, or none
   * @param draftToken assumed cost of drafting one token; 0 where that runs no pass, which then
   *     needs no measuring
   */
  StepCosts(double draftPass, double draftToken) {
    assumedDraftToken = draftToken;
    draftPasses = draftPass > 0 ? new RowCosts(draftPass + draftToken, draftToken) : null;
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
    if (draftPasses == null || tokens == 0) {
      return tokens * draftToken();
    }
    return draftPasses.cost(tokens, unit());
  }

  private double draftToken() {
    return draftTimes > 0 ? draftToken : assumedDraftToken * unit();
  }

  /** Of a full pass over some rows. */
  double pass(int rows) {
    return passes.cost(rows, unit());
  }

  /** A full pass over one row. */
  private double unit() {
    return passes.isTimed(1) ? passes.cost(1, 1) : 1;
  }

  /**
   * Learns from the times of a step; from none before a pass over one row was timed, without which
   * no other time says anything.
   *
   * @param drafted tokens
   * @param verified those of them that were verified
   * @param drafting time of all of them
   * @param verifying time of the pass behind them, in the same unit
   */
  void add(int drafted, int verified, double drafting, double verifying) {
    if (!passes.isTimed(1)) {
      if (drafted == 0) {
        passes.set(1, verifying);
      }
      return;
    }
    passes.add(verified + 1, verifying, unit());
    if (drafted > 0 && draftPasses != null) {
      draftPasses.add(drafted, drafting, unit());
    } else if (drafted > 0 && assumedDraftToken > 0) {
      draftToken = RowCosts.newer(draftToken(), draftTimes++, drafting / drafted);
    }
  }
}
