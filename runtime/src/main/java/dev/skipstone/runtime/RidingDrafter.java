package dev.skipstone.runtime;

import dev.skipstone.runtime.draft.Draft;
import dev.skipstone.runtime.draft.RidingController;
import dev.skipstone.runtime.draft.TokenHistory;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.TokenChooser;

/**
 * Drafts by masks that ride in the verifying pass, behind each of its rows: whatever part of a
 * draft stands, the next one is there without a pass of its own (BiTA, arXiv 2401.12522). The masks
 * run S3D's few sublayers, and so cost a share of a row. They guess from the second token behind
 * their row on, as the first is the model's own.
 */
final class RidingDrafter implements StepDrafter {
  private final TokenChooser chooser;
  private final RidingController controller;
  private final boolean controlled;
  private final int most;

  /** What the masks of the last step guessed. */
  private final Draft guesses;

  /**
   * @param most tokens of a draft, and masks behind a row
   * @param controlled whether the controller chooses; else drafts are as long as may be
   */
  RidingDrafter(TokenChooser chooser, RidingController controller, boolean controlled, int most) {
    this.chooser = chooser;
    this.controller = controller;
    this.controlled = controlled;
    this.most = most;
    guesses = new Draft(most);
  }

  @Override
  public void propose(TokenHistory history, int room, Draft draft) {
    draft.clear();
    int length = controlled ? controller.worthwhile(guesses) : guesses.length();
    for (int i = 0; i < Math.min(length, room); i++) {
      draft.addDrawn(guesses.token(i), guesses.confidence(i));
    }
  }

  @Override
  public int masks() {
    return controlled ? controller.masks() : most;
  }

  @Override
  public void verified(Draft draft, int accepted, int next, long drafting, long verifying) {
    int known = Math.min(guesses.length(), accepted + 1);
    for (int place = 0; place < known; place++) {
      boolean right = place < accepted || guesses.token(place) == next;
      controller.guessed(place, guesses.confidence(place), right);
    }
    guesses.clear();
    controller.step(draft.length(), accepted, drafting + verifying);
  }

  @Override
  public void ridden(Logits logits, int first, int masks) {
    for (int i = 0; i < masks; i++) {
      float confidence = logits.topProbability(first + i);
      if (!(confidence > 0)) {
        // The adapter's numbers ran over; a row that is not a number proposes nothing.
        return;
      }
      guesses.addDrawn(chooser.draft(logits, first + i, i), confidence);
    }
  }
}
