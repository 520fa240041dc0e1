package dev.skipstone.runtime;

import dev.skipstone.runtime.draft.Draft;
import dev.skipstone.runtime.draft.TokenHistory;
import dev.skipstone.runtime.pass.Logits;

/** What a generation's steps ask of drafting. */
sealed interface StepDrafter permits ControlledDrafter, RidingDrafter {

  /**
   * Proposes tokens for a step.
   *
   * @param most most tokens; below 1 for none
   * @param draft receives them
   */
  void propose(TokenHistory history, int most, Draft draft);

  /** How many masks ride behind each row of the pass that verifies the draft, at most. */
  int masks();

  /**
   * Told what became of a step.
   *
   * @param accepted how many of the draft's tokens stand
   * @param next the model's own token behind them
   * @param drafting nanoseconds that the draft took
   * @param verifying nanoseconds of the pass behind it
   */
  void verified(Draft draft, int accepted, int next, long drafting, long verifying);

  /**
   * Told what the masks behind the last row that stands guess, after {@link #verified}.
   *
   * @param first the first mask's row of the logits
   * @param masks how many there are
   */
  void ridden(Logits logits, int first, int masks);
}
