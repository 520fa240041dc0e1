package dev.skipstone.runtime.pass;

import java.util.List;

/**
 * Runs passes of several sequences as one, which reads the model's weights once for all of them. A
 * sequence's results are the same bits as in passes of its own. Not thread-safe.
 */
public interface BatchRunner extends AutoCloseable {
  /** Sequences that there are caches for. */
  int sequences();

  /** Most rows of all sequences' passes together. */
  int maxRows();

  /** Most rows that logits can be asked for, of all sequences together; one for each at least. */
  int maxLogitRows();

  /**
   * A sequence's keys and values: empty at first.
   *
   * @param sequence 0-based
   */
  KvCache cache(int sequence);

  /**
   * Runs a pass for each of some sequences, as {@link PassRunner#run} does for one.
   *
   * @param parts of different sequences, through the same sublayers
   * @return the rows that the parts ask for, one part's behind the other's, valid until the next
   *     pass
   * @throws IllegalArgumentException if a part is refused as a pass of its own would be, there are
   *     too many rows, a sequence is there twice or not at all, paths differ, or a part is adapted
   * @throws IllegalStateException if the model is closed
   */
  Logits run(List<Part> parts);

  /**
   * What one sequence does in a pass.
   *
   * @param sequence 0-based
   */
  record Part(int sequence, Pass pass) {}

  @Override
  void close();
}
