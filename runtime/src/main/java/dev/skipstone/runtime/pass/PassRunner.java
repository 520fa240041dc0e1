package dev.skipstone.runtime.pass;

/** Runs the passes of one sequence. Not thread-safe; several runners of one model take turns. */
public interface PassRunner extends AutoCloseable {
  /** Most rows of a pass, and so the size of a prompt's chunks. */
  int maxRows();

  /** Most rows of a pass that logits can be asked for. */
  int maxLogitRows();

  KvCache cache();

  /**
   * Runs a pass; the cache then ends behind its last row.
   *
   * @throws IllegalArgumentException if the pass has too many rows, leaves a gap behind the cache,
   *     passes its capacity, or has a token that is not in the vocabulary
   */
  Logits run(Pass pass);

  @Override
  void close();
}
