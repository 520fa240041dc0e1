package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import java.util.stream.IntStream;

/**
 * Skippy Simultaneous Speculative Decoding (arXiv 2405.20314): one pass over the last token and
 * mask slots, through few sublayers, proposes a token behind each of its rows.
 */
final class S3dDrafter implements Drafter {
  private final DraftContext context;
  private final AdapterWeights adapter;

  S3dDrafter(DraftContext context, AdapterWeights adapter) {
    this.context = context;
    this.adapter = adapter;
  }

  @Override
  public void propose(TokenHistory history, int most, Draft draft) {
    int[] rows = new int[Math.min(most, adapter.maskCount() + 1)];
    rows[0] = history.last();
    for (int i = 1; i < rows.length; i++) {
      rows[i] = Pass.mask(i);
    }
    int start = context.runner().cache().length();
    int[] wanted = IntStream.range(0, rows.length).toArray();
    Logits logits = context.runner().run(new Pass(rows, start, adapter.path(), wanted, true));
    for (int i = 0; i < rows.length; i++) {
      float confidence = logits.topProbability(i);
      if (!(confidence > 0)) {
        // The adapter's numbers ran over; a row that is not a number proposes nothing.
        return;
      }
      draft.addDrawn(context.chooser().draft(logits, i, i), confidence);
    }
  }
}
