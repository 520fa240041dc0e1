package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.PassRunner;

/**
 * A session's place for a separate draft model: one runner, opened when a model first drafts here
 * and kept from answer to answer, until another model drafts or the session is closed.
 */
public final class DraftSeat implements AutoCloseable {
  private final Model target;
  private int positions;

  /** Null while nobody sits here; then the others are of no meaning. */
  private DraftModel taken;

  private PassRunner runner;
  private DraftSequence sequence;

  /**
   * An empty seat.
   *
   * @param target what is drafted for
   */
  public DraftSeat(Model target) {
    this.target = target;
  }

  /** Says how many positions the session's sequence is going to have at most. */
  public void expect(int most) {
    positions = most;
  }

  /**
   * The model's sequence, for an answer that begins.
   *
   * @throws IllegalArgumentException if its vocabulary is not the target's
   * @throws dev.skipstone.runtime.pass.InsufficientMemoryException if its cache does not fit
   * @throws IllegalStateException if it is closed
   */
  DraftSequence take(DraftModel draft) {
    if (!draft.equals(taken)) {
      SharedVocabulary.check(target, draft.model());
      close();
      runner = draft.openRunner();
      sequence = new DraftSequence(runner, draft.model().hyperParameters().layers());
      taken = draft;
    }
    sequence.begin(positions);
    return sequence;
  }

  /** Frees the runner's memory, before or after the draft model is closed. */
  @Override
  public void close() {
    if (taken != null) {
      taken = null;
      runner.close();
    }
  }
}
