package dev.skipstone.runtime.draft;

/**
 * Chooses how many tokens to draft, or none: the length with the most expected tokens a time (Fast
 * Inference from Transformers via Speculative Decoding, arXiv 2211.17192, section 3.3, with a rate
 * of acceptance for each place instead of one for all). With a<sub>i</sub> the rate at which the
 * i-th token is confirmed when those before it were, a step that drafts g tokens gives 1 +
 * a<sub>1</sub> + a<sub>1</sub>a<sub>2</sub> + … tokens and costs g drafted tokens and a pass over
 * g + 1 rows. Where no length pays, one token is drafted once in a while to see whether that is
 * still so, the more seldom the longer it is. Where drafting pays, a step goes without in the same
 * way: what it is compared with changes too, most of all while the JVM still compiles. Not
 * thread-safe.
 */
public final class DraftController {
  /** Evidence above which more makes no difference. */
  public static final int MOST_EVIDENCE = 16;

  /** A draft has to promise so much more than none: estimates are noisy. */
  private static final double MARGIN = 1.02;

  /**
   * Plain steps before the first draft where costs are measured: until then the JVM is still
   * compiling what a plain step needs, and a short answer can win nothing.
   */
  private static final int FIRST_PAUSE = 128;

  private static final int SHORTEST_PAUSE = 2;
  private static final int LONGEST_PAUSE = 128;
  private static final int SHORTEST_STRETCH = 2;
  private static final int LONGEST_STRETCH = 32;

  /** A plain pass that takes less than this share of what was expected is soon looked at again. */
  private static final double SURPRISE = 0.9;

  private final AcceptanceRates rates = new AcceptanceRates();
  private final StepCosts costs;
  private final boolean measures;
  private int pause = SHORTEST_PAUSE;
  private int idle = SHORTEST_PAUSE;
  private int plain;

  /** Drafts between two steps without one, and since the last. */
  private int stretch = SHORTEST_STRETCH;

  private int drafts;

  private DraftController(double draftTokenCost, boolean measures) {
    costs = new StepCosts(draftTokenCost);
    this.measures = measures;
  }

  /**
   * One that learns what passes cost from their times: for greedy decoding, where nothing but speed
   * depends on what is drafted.
   *
   * @param draftTokenCost as {@link DraftMethod#tokenCost}
   */
  public static DraftController measuring(double draftTokenCost) {
    return new DraftController(draftTokenCost, true);
  }

  /**
   * One that takes assumed costs: for sampling, where another draft makes another text of the same
   * seed, so that no time may decide.
   *
   * @param draftTokenCost as {@link DraftMethod#tokenCost}
   */
  public static DraftController counting(double draftTokenCost) {
    return new DraftController(draftTokenCost, false);
  }

  /**
   * The length of the next draft.
   *
   * @param most most tokens
   * @param evidence for the draft, as {@link Drafter#evidence}
   */
  public int length(int most, int evidence) {
    if (most < 1 || evidence < 1 || (measures && plain < FIRST_PAUSE)) {
      return 0;
    }
    int best = bestLength(most, evidence);
    if (best > 0) {
      idle = 0;
      if (measures && drafts >= stretch) {
        stretch = Math.min(LONGEST_STRETCH, 2 * stretch);
        return 0;
      }
      pause = Math.max(SHORTEST_PAUSE, pause / 2);
      return best;
    }
    stretch = SHORTEST_STRETCH;
    if (idle++ < pause) {
      return 0;
    }
    idle = 0;
    pause = Math.min(LONGEST_PAUSE, 2 * pause);
    return 1;
  }

  private int bestLength(int most, int evidence) {
    int best = 0;
    double bestSpeed = MARGIN / costs.step(0);
    double reached = 1;
    double tokens = 1;
    for (int length = 1; length <= most; length++) {
      reached *= rates.rate(evidence, length - 1);
      tokens += reached;
      double speed = tokens / costs.step(length);
      if (speed > bestSpeed) {
        bestSpeed = speed;
        best = length;
      }
    }
    return best;
  }

  /**
   * Learns from a verified draft.
   *
   * @param evidence that there was for it
   * @param length its tokens; 0 for none
   * @param accepted how many of them were confirmed
   */
  public void verified(int evidence, int length, int accepted) {
    for (int place = 0; place < Math.min(length, accepted + 1); place++) {
      rates.add(evidence, place, place < accepted);
    }
  }

  /**
   * Learns from a token that would have been the next of the draft, all others having been
   * confirmed.
   *
   * @param evidence that there was for the draft
   * @param place the token's in the draft
   * @param right whether the model's own token was the same
   */
  public void foreseen(int evidence, int place, boolean right) {
    rates.add(evidence, place, right);
  }

  /**
   * Learns from the times of a step, in any one unit; without effect where costs are assumed.
   *
   * @param drafted tokens
   * @param drafting time of all of them
   * @param verifying time of the full pass behind them
   */
  public void timed(int drafted, long drafting, long verifying) {
    drafts = drafted > 0 ? drafts + 1 : 0;
    plain += drafted > 0 || plain == FIRST_PAUSE ? 0 : 1;
    if (measures) {
      if (drafted == 0 && verifying < SURPRISE * costs.step(0)) {
        stretch = SHORTEST_STRETCH;
      }
      costs.add(drafted, (double) drafting, (double) verifying);
    }
  }
}
