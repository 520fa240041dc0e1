package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.Logits;

/**
 * Speculative decoding with a separate model (arXiv 2211.17192): it drafts a token a pass, in a
 * cache of its own, and stops behind a token that it was not sure of.
 */
final class ModelDrafter implements Drafter {
  /**
   * So many unread tokens are read in the draft's first pass; more, such as a prompt's, in passes
   * before it.
   */
  private static final int MOST_UNREAD = 16;

  private final DraftContext context;
  private final DraftSequence sequence;
  private final ConfidenceThreshold threshold = new ConfidenceThreshold();
  private boolean stoppedEarly;

  ModelDrafter(DraftContext context, DraftSequence sequence) {
    this.context = context;
    this.sequence = sequence;
  }

  /** None behind the end of the draft model's own context. */
  @Override
  public int evidence(TokenHistory history) {
    return history.length() <= sequence.capacity() ? 1 : 0;
  }

  @Override
  public void prepare(TokenHistory history) {
    while (sequence.unread(history) > MOST_UNREAD && !context.cancelled().getAsBoolean()) {
      sequence.readChunk(history);
    }
  }

  @Override
  public void propose(TokenHistory history, int most, Draft draft) {
    if (sequence.unread(history) > MOST_UNREAD) {
      return;
    }
    // The last token of a draft is not read, and so needs no room.
    int longest = Math.min(most, sequence.capacity() - history.length() + 1);
    stoppedEarly = false;
    Logits logits = sequence.readRest(history);
    while (propose(logits, draft) && draft.length() < longest && !stoppedEarly) {
      logits = sequence.read(draft.token(draft.length() - 1));
    }
  }

  /** Adds a token; none where the draft model's numbers ran over. */
  private boolean propose(Logits logits, Draft draft) {
    float confidence = logits.topProbability(0);
    if (!(confidence > 0)) {
      return false;
    }
    draft.addDrawn(context.chooser().draft(logits, 0, draft.length()));
    stoppedEarly = confidence < threshold.value();
    return true;
  }

  @Override
  public void verified(Draft draft, int accepted) {
    threshold.update((double) accepted / draft.length(), stoppedEarly);
  }
}
