package dev.skipstone.runtime;

import dev.skipstone.runtime.draft.Draft;
import dev.skipstone.runtime.draft.DraftController;
import dev.skipstone.runtime.draft.Drafter;
import dev.skipstone.runtime.draft.TokenHistory;
import dev.skipstone.runtime.pass.Logits;

/**
 * Drafts as many tokens as a controller chooses, and tells it and the drafter what became of it.
 */
final class ControlledDrafter implements StepDrafter {
  private static final int NO_TOKEN = -1;

  private final Drafter drafter;
  private final DraftController controller;
  private final boolean controlled;
  private final boolean free;
  private int evidence;
  private int behind;

  /** Tokens of the draft before it was cut. */
  private int proposed;

  /** Nanoseconds that the drafter took to catch up, ahead of the draft. */
  private long preparing;

  /**
   * @param controlled whether the controller chooses; else drafts are as long as may be
   * @param free whether a proposed token costs no pass: one more than is verified is then looked
   *     at, which the controller learns from
   */
  ControlledDrafter(Drafter drafter, DraftController controller, boolean controlled, boolean free) {
    this.drafter = drafter;
    this.controller = controller;
    this.controlled = controlled;
    this.free = free;
  }

  @Override
  public void propose(TokenHistory history, int most, Draft draft) {
    draft.clear();
    behind = NO_TOKEN;
    proposed = 0;
    preparing = 0;
    evidence = most < 1 ? 0 : drafter.evidence(history);
    if (evidence == 0) {
      return;
    }
    int length = controlled ? controller.length(most, evidence) : most;
    int asked = free ? Math.min(length + 1, most) : length;
    if (asked > 0) {
      long start = System.nanoTime();
      drafter.prepare(history);
      preparing = System.nanoTime() - start;
      drafter.propose(history, asked, draft);
    }
    if (draft.length() > length) {
      behind = draft.token(length);
      draft.truncate(length);
    }
    proposed = draft.length();
    if (controlled) {
      draft.truncate(controller.worthwhile(draft));
    }
  }

  @Override
  public int masks() {
    return 0;
  }

  @Override
  public void ridden(Logits logits, int first, int masks) {
    // Drafts have passes of their own.
  }

  @Override
  public void verified(Draft draft, int accepted, int next, long drafting, long verifying) {
    int length = draft.length();
    controller.timed(proposed, length, drafting - preparing, verifying);
    if (length > 0) {
      drafter.verified(draft, accepted);
    }
    if (proposed > 0) {
      controller.verified(evidence, proposed, draft, accepted);
    }
    if (behind != NO_TOKEN && accepted == length) {
      controller.foreseen(evidence, length, behind == next);
    }
  }
}
