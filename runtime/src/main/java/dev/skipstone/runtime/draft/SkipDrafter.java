package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;

/**
 * Draft &amp; Verify (arXiv 2309.08168): the model with sublayers skipped drafts a token at a time
 * and stops behind a token that it was not sure of.
 */
final class SkipDrafter implements Drafter {
  private static final int[] FIRST_ROW = {0};

  private final DraftContext context;
  private final LayerPath path;
  private final ConfidenceThreshold threshold = new ConfidenceThreshold();
  private boolean stoppedEarly;

  SkipDrafter(DraftContext context, LayerPath path) {
    this.context = context;
    this.path = path;
  }

  @Override
  public void propose(TokenHistory history, int most, Draft draft) {
    int token = history.last();
    int position = context.runner().cache().length();
    stoppedEarly = false;
    while (draft.length() < most && !stoppedEarly) {
      Pass pass = new Pass(new int[] {token}, position++, path, FIRST_ROW);
      Logits logits = context.runner().run(pass);
      token = context.chooser().draft(logits, 0, draft.length());
      draft.addDrawn(token);
      stoppedEarly = logits.topProbability(0) < threshold.value();
    }
  }

  @Override
  public void verified(Draft draft, int accepted) {
    threshold.update((double) accepted / draft.length(), stoppedEarly);
  }
}
