package dev.skipstone.runtime.pass;

/** Runs the passes of one sequence. Not thread-safe; several runners of one model take turns. */
public interface PassRunner extends AutoCloseable {
  /** Most rows of a pass, and so the size of a prompt's chunks. */
  int maxRows();

  /** Most rows of a pass that logits can be asked for. */
  int maxLogitRows();

  /** The sequence's keys and values: empty at first. */
  KvCache cache();

  /**
   * Runs a pass: its rows attend to the cache's positions before {@link Pass#start} and to those of
   * the pass up to their own. The cache then ends behind the last row.
   *
   * @return logits of {@link Pass#logitRows}, valid until the next pass
   * @throws IllegalArgumentException if the pass has too many rows, leaves a gap behind the cache,
   *     passes its capacity, has a token that is not in the vocabulary, or a path of another number
   *     of layers
   * @throws IllegalStateException if the model is closed
   */
  Logits run(Pass pass);

  /** Kernels that the last pass launched on its device; 0 where passes launch none. */
  default int launches() {
    return 0;
  }

  @Override
  void close();
}
