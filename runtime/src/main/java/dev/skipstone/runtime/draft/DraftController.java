package dev.skipstone.runtime.draft;

import java.util.Arrays;

/**
 * Chooses how many tokens to draft, or none: the length with the most expected tokens a time (Fast
 * Inference from Transformers via Speculative Decoding, arXiv 2211.17192, section 3.3, with a rate
 * of acceptance for each place instead of one for all). With a<sub>i</sub> the rate at which the
 * i-th token is confirmed when those before it were, a step that drafts g tokens gives 1 +
 * a<sub>1</sub> + a<sub>1</sub>a<sub>2</sub> + … tokens and costs g drafted tokens and a pass over
 * g + 1 rows. Where no length pays, one token is drafted once in a while to see whether that is
 * still so, the more seldom the longer it is. Where drafting pays, a step goes without in the same
 * way: what it is compared with changes too, most of all while the JVM still compiles.
 *
 * <p>Of a draft with confidences only so many tokens are verified as promise more than they cost,
 * at the speed that the whole promises: those that raise the expected tokens less that speed times
 * the pass's cost. What is cut counts as not confirmed in the rates that lengths are chosen by, and
 * such lengths are priced with the mean share that is verified. Not thread-safe.
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

  /** Drafts that the mean share of verified places remembers. */
  private static final int KEPT_MEMORY = 20;

  private final AcceptanceRates rates = new AcceptanceRates();
  private final ConfidenceRates confidences = new ConfidenceRates();

  /** How often each place of a draft that had it was verified. */
  private final double[] kept = new double[DraftMethod.MAX_DRAFT_TOKENS];

  private final StepCosts costs;
  private final boolean measures;
  private int pause = SHORTEST_PAUSE;
  private int idle = SHORTEST_PAUSE;
  private int plain;

  /** Drafts between two steps without one, and since the last. */
  private int stretch = SHORTEST_STRETCH;

  private int drafts;

  /** Null until masks ride. */
  private RidingController riding;

  /** Expected tokens a time of the draft that was chosen last. */
  private double speed;

  /** Whether that was to see whether drafting pays by now. */
  private boolean exploring;

  private DraftController(double draftCost, boolean inOnePass, boolean measures) {
    costs = new StepCosts(draftCost, inOnePass);
    this.measures = measures;
    Arrays.fill(kept, 1);
  }

  /**
   * One that learns what passes cost from their times: for greedy decoding, where nothing but speed
   * depends on what is drafted.
   *
   * @param draftCost as {@link DraftMethod#tokenCost}
   * @param inOnePass as {@link DraftMethod#inOnePass}
   */
  public static DraftController measuring(double draftCost, boolean inOnePass) {
    return new DraftController(draftCost, inOnePass, true);
  }

  /**
   * One that takes assumed costs: for sampling, where another draft makes another text of the same
   * seed, so that no time may decide.
   *
   * @param draftCost as {@link DraftMethod#tokenCost}
   * @param inOnePass as {@link DraftMethod#inOnePass}
   */
  public static DraftController counting(double draftCost, boolean inOnePass) {
    return new DraftController(draftCost, inOnePass, false);
  }

  /**
   * What chooses for masks that ride, and learns of it.
   *
   * @param most masks behind a row, the same at each call
   */
  public RidingController riding(int most) {
    if (riding == null) {
      riding = new RidingController(most, measures);
    }
    return riding;
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
    exploring = best == 0;
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
    speed = MARGIN / costs.step(0);
    double reached = 1;
    double tokens = 1;
    double verified = 0;
    for (int length = 1; length <= most; length++) {
      reached *= rates.rate(evidence, length - 1);
      tokens += reached;
      verified += kept[length - 1];
      double ofLength = tokens / costs.step(length, verified);
      if (ofLength > speed) {
        speed = ofLength;
        best = length;
      }
    }
    return best;
  }

  /**
   * How many tokens of a draft are worth verifying, from the first on: all where it has no
   * confidences, or was made to see whether drafting pays.
   */
  public int worthwhile(Draft draft) {
    if (!hasConfidences(draft) || exploring) {
      return draft.length();
    }
    int best = 0;
    double bestGain = -speed * costs.pass(1);
    double reached = 1;
    double tokens = 0;
    for (int length = 1; length <= draft.length(); length++) {
      reached *= confidences.rate(length - 1, draft.confidence(length - 1));
      tokens += reached;
      double gain = tokens - speed * costs.pass(length + 1);
      if (gain > bestGain) {
        bestGain = gain;
        best = length;
      }
    }
    return best;
  }

  private static boolean hasConfidences(Draft draft) {
    return draft.length() > 0 && !Float.isNaN(draft.confidence(0));
  }

  /**
   * Learns from a draft.
   *
   * @param evidence that there was for it
   * @param proposed its tokens before it was cut
   * @param draft those of them that were verified
   * @param accepted how many of those were confirmed
   */
  public void verified(int evidence, int proposed, Draft draft, int accepted) {
    for (int place = 0; place < Math.min(proposed, accepted + 1); place++) {
      rates.add(evidence, place, place < accepted);
    }
    if (proposed > draft.length() || hasConfidences(draft)) {
      for (int place = 0; place < proposed; place++) {
        kept[place] += ((place < draft.length() ? 1 : 0) - kept[place]) / KEPT_MEMORY;
      }
      for (int place = 0; place < Math.min(draft.length(), accepted + 1); place++) {
        confidences.add(place, draft.confidence(place), place < accepted);
      }
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
   * @param verified those of them that were verified
   * @param drafting time of all of them
   * @param verifying time of the full pass behind them
   */
  public void timed(int drafted, int verified, long drafting, long verifying) {
    drafts = drafted > 0 ? drafts + 1 : 0;
    plain += drafted > 0 || plain == FIRST_PAUSE ? 0 : 1;
    if (measures) {
      if (drafted == 0 && verifying < SURPRISE * costs.step(0)) {
        stretch = SHORTEST_STRETCH;
      }
      costs.add(drafted, verified, (double) drafting, (double) verifying);
    }
  }
}
