package dev.skipstone.runtime;

import dev.skipstone.runtime.draft.Draft;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.sampling.Sampler;

/**
 * Decides how much of a draft stands and which token follows it. Greedy: what is the same as the
 * full model's choice. Otherwise speculative sampling (arXiv 2211.17192, algorithm 1), after which
 * tokens have the full model's distribution, whatever the draft's was.
 */
final class Verifier {
  private final Sampler sampler;
  private final float[] target;
  private int accepted;
  private int next;

  Verifier(Sampler sampler, int vocabulary) {
    this.sampler = sampler;
    target = sampler.isGreedy() ? new float[0] : new float[vocabulary];
  }

  /**
   * @param logits row i are the full model's behind the draft's first i tokens
   */
  void verify(Draft draft, Logits logits) {
    accepted = 0;
    if (sampler.isGreedy()) {
      next = logits.argmax(0);
      while (accepted < draft.length() && draft.token(accepted) == next) {
        next = logits.argmax(++accepted);
      }
      return;
    }
    sampler.distribution(logits, 0, target);
    while (accepted < draft.length() && stands(draft, accepted)) {
      sampler.distribution(logits, ++accepted, target);
    }
    next = sampler.draw(target);
  }

  /** Accepts with probability min(1, p/q); else leaves in target what the next token comes from. */
  private boolean stands(Draft draft, int index) {
    int token = draft.token(index);
    if (!draft.isDrawn(index)) {
      if (sampler.chance(target[token])) {
        return true;
      }
      target[token] = 0;
      return false;
    }
    float[] drawnFrom = draft.probabilities(index);
    if (sampler.chance((double) target[token] / drawnFrom[token])) {
      return true;
    }
    keepRest(drawnFrom);
    return false;
  }

  /**
   * Turns p, the target, to max(0, p - q). That is zero everywhere only where p is q but for
   * rounding, and then p itself is right.
   */
  private void keepRest(float[] q) {
    boolean any = false;
    for (int i = 0; i < target.length; i++) {
      any |= target[i] > q[i];
    }
    for (int i = 0; any && i < target.length; i++) {
      target[i] = Math.max(0, target[i] - q[i]);
    }
  }

  /** Tokens of the draft that stand, from the first on. */
  int accepted() {
    return accepted;
  }

  /** The full model's own token behind them. */
  int next() {
    return next;
  }
}
