package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** How far a draft stands, and the token behind it. */
public final class AcceptanceKernels {
  /** Work-items of a group; and parts of a row whose sums are added, so that sums stay exact. */
  public static final int LANES = 64;

  /** Place in the result of how many drafted tokens stand. */
  public static final int ACCEPTED = 0;

  /** Place in the result of the token behind them. */
  public static final int NEXT = 1;

  /** Ints of the result. */
  public static final int RESULTS = 2;

  /** The next token is drawn from p; from what p has more than q; from p without one token. */
  private static final int FROM_TARGET = 0;

  private static final int FROM_REST = 1;
  private static final int FROM_OTHERS = 2;

  private AcceptanceKernels() {}

  /**
   * Greedy acceptance: the draft, which is the pass's tokens behind its first, stands as far as
   * each token is the best one of the row before it. One work-item in all.
   *
   * @param best of each row
   * @param result at {@link #ACCEPTED} and {@link #NEXT}
   */
  public static void acceptBest(
      KernelContext context, IntArray pass, IntArray best, IntArray result) {
    if (context.globalIdx == 0) {
      int drafted = pass.get(PassBuffer.ROWS) - 1;
      int accepted = 0;
      while (accepted < drafted
          && pass.get(PassBuffer.TOKENS + 1 + accepted) == best.get(accepted)) {
        accepted++;
      }
      result.set(ACCEPTED, accepted);
      result.set(NEXT, best.get(accepted));
    }
  }

  /** Tokens to verify: none where one is drawn for a draft. */
  private static int drafted(IntArray pass, FloatArray choice) {
    return choice.get(ChoiceBuffer.SLOT) < 0f ? pass.get(PassBuffer.LOGIT_ROWS) - 1 : 0;
  }

  /** The row of the first token to verify, or of the one that is drawn for a draft. */
  private static int firstRow(FloatArray choice) {
    return choice.get(ChoiceBuffer.SLOT) < 0f ? 0 : (int) choice.get(ChoiceBuffer.ROW);
  }

  /** How many drafted tokens stand, each with probability min(1, p / q). */
  private static int accepted(
      IntArray pass, FloatArray choice, FloatArray target, FloatArray draft, int vocabulary) {
    int drafted = drafted(pass, choice);
    int accepted = 0;
    boolean stands = true;
    while (stands && accepted < drafted) {
      int at = accepted * vocabulary + pass.get(PassBuffer.TOKENS + 1 + accepted);
      float q = 1f;
      if (choice.get(ChoiceBuffer.DRAWN + accepted) > 0f) {
        q = draft.get(at);
      }
      stands = choice.get(ChoiceBuffer.CHANCES + accepted) * q < target.get(at);
      if (stands) {
        accepted++;
      }
    }
    return accepted;
  }

  /** What the token behind the accepted ones is drawn from. */
  private static int source(IntArray pass, FloatArray choice, int accepted) {
    if (accepted == drafted(pass, choice)) {
      return FROM_TARGET;
    }
    return choice.get(ChoiceBuffer.DRAWN + accepted) > 0f ? FROM_REST : FROM_OTHERS;
  }

  /** A token's share of what is drawn from. */
  private static float share(
      FloatArray target, FloatArray draft, int at, int source, int rejectedAt) {
    float p = target.get(at);
    if (source == FROM_REST) {
      return Math.max(0f, p - draft.get(at));
    }
    if (source == FROM_OTHERS && at == rejectedAt) {
      return 0f;
    }
    return p;
  }

  /** The sum of some tokens' shares. */
  private static float shares(
      FloatArray target, FloatArray draft, int first, int end, int source, int rejectedAt) {
    float sum = 0f;
    for (int at = first; at < end; at++) {
      sum += share(target, draft, at, source, rejectedAt);
    }
    return sum;
  }

  /**
   * The place of the first of some tokens with which the sum of their shares is beyond a goal, or
   * of the last that has any.
   */
  private static int find(
      FloatArray target,
      FloatArray draft,
      int first,
      int end,
      int source,
      int rejectedAt,
      float goal) {
    float sum = 0f;
    int found = -1;
    for (int at = first; at < end; at++) {
      float share = share(target, draft, at, source, rejectedAt);
      if (share > 0f && (sum <= goal || found < 0)) {
        found = at;
      }
      sum += share;
    }
    return found;
  }

  /**
   * Speculative sampling (arXiv 2211.17192, algorithm 1): a drafted token, which is one of the
   * pass's behind its first, stands with probability min(1, p / q), where q is 1 if it was chosen
   * for certain; behind the last that does, a token is drawn from max(0, p - q), or from p where
   * the whole draft stands. Without a draft that draws one. One work-item in all.
   *
   * @param choice as {@link ChoiceBuffer} has it; with a slot, a token of its row is drawn for a
   *     draft, and p is kept as its q
   * @param target p: [logit rows][vocabulary], of the full model
   * @param draft q: [{@value ChoiceBuffer#MAX_DRAFTED}][vocabulary], what each drafted token was
   *     drawn from
   * @param result at {@link #ACCEPTED} and {@link #NEXT}
   */
  public static void acceptDrawnByItem(
      KernelContext context,
      IntArray pass,
      FloatArray choice,
      FloatArray target,
      FloatArray draft,
      IntArray result,
      int vocabulary) {
    if (context.globalIdx == 0) {
      int accepted = accepted(pass, choice, target, draft, vocabulary);
      int from = (firstRow(choice) + accepted) * vocabulary;
      int end = from + vocabulary;
      int part = (vocabulary + LANES - 1) / LANES;
      int rejectedAt = from + pass.get(PassBuffer.TOKENS + 1 + accepted);
      int source = source(pass, choice, accepted);
      float all = 0f;
      for (int first = from; first < end; first += part) {
        all += shares(target, draft, first, Math.min(first + part, end), source, rejectedAt);
      }
      if (all == 0f) {
        // Nothing is left only where rounding makes p and q the same.
        source = FROM_TARGET;
        for (int first = from; first < end; first += part) {
          all += shares(target, draft, first, Math.min(first + part, end), source, rejectedAt);
        }
      }
      float goal = choice.get(ChoiceBuffer.CHANCES + drafted(pass, choice)) * all;
      float sum = 0f;
      float before = 0f;
      int chosen = -1;
      for (int first = from; first < end; first += part) {
        float mass = shares(target, draft, first, Math.min(first + part, end), source, rejectedAt);
        if (mass > 0f && (sum <= goal || chosen < 0)) {
          chosen = first;
          before = sum;
        }
        sum += mass;
      }
      int next =
          find(
              target,
              draft,
              chosen,
              Math.min(chosen + part, end),
              source,
              rejectedAt,
              goal - before);
      result.set(ACCEPTED, accepted);
      result.set(NEXT, next - from);
      int slot = (int) choice.get(ChoiceBuffer.SLOT);
      if (slot >= 0) {
        for (int i = 0; i < vocabulary; i++) {
          draft.set(slot * vocabulary + i, target.get(from + i));
        }
      }
    }
  }

  /** As {@link #acceptDrawnByItem}, by one work-group. */
  public static void acceptDrawnByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray choice,
      FloatArray target,
      FloatArray draft,
      IntArray result,
      int vocabulary) {
    float[] rests = context.allocateFloatLocalArray(LANES);
    float[] alls = context.allocateFloatLocalArray(LANES);
    int lane = context.localIdx;
    int accepted = accepted(pass, choice, target, draft, vocabulary);
    int from = (firstRow(choice) + accepted) * vocabulary;
    int end = from + vocabulary;
    int part = (vocabulary + LANES - 1) / LANES;
    int rejectedAt = from + pass.get(PassBuffer.TOKENS + 1 + accepted);
    int source = source(pass, choice, accepted);
    int own = Math.min(from + lane * part, end);
    int ownEnd = Math.min(own + part, end);
    rests[lane] = shares(target, draft, own, ownEnd, source, rejectedAt);
    alls[lane] = shares(target, draft, own, ownEnd, FROM_TARGET, rejectedAt);
    context.localBarrier();
    if (lane == 0) {
      float rest = 0f;
      float all = 0f;
      for (int k = 0; k < LANES; k++) {
        rest += rests[k];
        all += alls[k];
      }
      if (rest == 0f) {
        // Nothing is left only where rounding makes p and q the same.
        source = FROM_TARGET;
        rest = all;
      }
      float goal = choice.get(ChoiceBuffer.CHANCES + drafted(pass, choice)) * rest;
      // The last part that starts at or before the goal and is not empty has the token.
      float sum = 0f;
      float before = 0f;
      int chosen = -1;
      for (int k = 0; k < LANES; k++) {
        float mass = source == FROM_TARGET ? alls[k] : rests[k];
        if (mass > 0f && (sum <= goal || chosen < 0)) {
          chosen = k;
          before = sum;
        }
        sum += mass;
      }
      int first = from + chosen * part;
      int next =
          find(
              target, draft, first, Math.min(first + part, end), source, rejectedAt, goal - before);
      result.set(ACCEPTED, accepted);
      result.set(NEXT, next - from);
    }
    int slot = (int) choice.get(ChoiceBuffer.SLOT);
    if (slot >= 0) {
      for (int i = lane; i < vocabulary; i += LANES) {
        draft.set(slot * vocabulary + i, target.get(from + i));
      }
    }
  }
}
