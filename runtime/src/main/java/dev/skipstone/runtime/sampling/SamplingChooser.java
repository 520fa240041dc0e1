package dev.skipstone.runtime.sampling;

import dev.skipstone.runtime.pass.DraftTokens;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.TokenChooser;
import java.util.ArrayList;
import java.util.List;

/**
 * Speculative sampling (arXiv 2211.17192, algorithm 1) on the host, after which tokens have the
 * full model's distribution, whatever the draft's was.
 */
final class SamplingChooser implements TokenChooser {
  private final Sampler sampler;
  private final float[] target;

  /** What each place of a draft was drawn from, [vocabulary]. */
  private final List<float[]> drafts = new ArrayList<>();

  private int accepted;
  private int next;

  SamplingChooser(Sampler sampler, int vocabulary) {
    this.sampler = sampler;
    target = new float[vocabulary];
  }

  @Override
  public int draft(Logits logits, int row, int index) {
    float[] distribution = distribution(index);
    sampler.distribution(logits, row, distribution);
    return sampler.draw(distribution);
  }

  /** What the token at a place of the draft is drawn from, [vocabulary]. */
  float[] distribution(int index) {
    while (drafts.size() <= index) {
      drafts.add(new float[target.length]);
    }
    return drafts.get(index);
  }

  @Override
  public void verify(DraftTokens draft, Logits logits) {
    accepted = 0;
    sampler.distribution(logits, 0, target);
    while (accepted < draft.length() && stands(draft, accepted)) {
      sampler.distribution(logits, ++accepted, target);
    }
    next = sampler.draw(target);
  }

  /** Accepts with probability min(1, p/q); else leaves in target what the next token comes from. */
  private boolean stands(DraftTokens draft, int index) {
    int token = draft.token(index);
    if (!draft.isDrawn(index)) {
      if (sampler.chance(target[token])) {
        return true;
      }
      target[token] = 0;
      return false;
    }
    float[] drawnFrom = distribution(index);
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

  @Override
  public int accepted() {
    return accepted;
  }

  @Override
  public int next() {
    return next;
  }
}
