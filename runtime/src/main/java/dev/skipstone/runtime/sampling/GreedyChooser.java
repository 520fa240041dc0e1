package dev.skipstone.runtime.sampling;

import dev.skipstone.runtime.pass.DraftTokens;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.TokenChooser;

/** The most probable token each time; of a draft stands what is the same as the model's choice. */
final class GreedyChooser implements TokenChooser {
  private int accepted;
  private int next;

  @Override
  public int draft(Logits logits, int row, int index) {
    return logits.argmax(row);
  }

  @Override
  public void verify(DraftTokens draft, Logits logits) {
    accepted = 0;
    next = logits.argmax(0);
    while (accepted < draft.length() && draft.token(accepted) == next) {
      next = logits.argmax(++accepted);
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
