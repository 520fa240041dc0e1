package dev.skipstone.runtime.cpu;

import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;

/**
 * The rows of a pass: those of one sequence, or of several, one behind the other. Immutable, since
 * a late worker may still hold it when the next pass runs.
 */
final class PassRows {
  private final Pass[] passes;
  private final CpuKvCache[] caches;

  /** The first row of each pass, and behind them the number of rows. */
  private final int[] starts;

  private final int[] logitRows;

  /** The rows of one sequence. */
  PassRows(Pass pass, CpuKvCache cache) {
    passes = new Pass[] {pass};
    caches = new CpuKvCache[] {cache};
    starts = new int[] {0, pass.rows()};
    logitRows = pass.logitRows();
  }

  /**
   * The rows of several sequences.
   *
   * @param passes through the same sublayers; kept, not copied, like the others
   * @param caches of the passes' sequences
   */
  PassRows(Pass[] passes, CpuKvCache[] caches) {
    this.passes = passes;
    this.caches = caches;
    starts = new int[passes.length + 1];
    int wanted = 0;
    for (int i = 0; i < passes.length; i++) {
      starts[i + 1] = starts[i] + passes[i].rows();
      wanted += passes[i].logitRows().length;
    }
    logitRows = new int[wanted];
    int next = 0;
    for (int i = 0; i < passes.length; i++) {
      for (int row : passes[i].logitRows()) {
        logitRows[next++] = starts[i] + row;
      }
    }
  }

  int rows() {
    return starts[passes.length];
  }

  LayerPath path() {
    return passes[0].path();
  }

  boolean adapted() {
    return passes[0].adapted();
  }

  /** Rows whose logits are wanted. */
  int[] logitRows() {
    return logitRows;
  }

  int token(int row) {
    int i = sequence(row);
    return passes[i].tokens()[row - starts[i]];
  }

  /** A row's position in its sequence. */
  int position(int row) {
    int i = sequence(row);
    return passes[i].start() + row - starts[i];
  }

  /** The cache of a row's sequence. */
  CpuKvCache cache(int row) {
    return caches[sequence(row)];
  }

  /** The first row behind a row that is of another sequence, or {@code end} if that is before. */
  int endOfSequence(int row, int end) {
    return Math.min(starts[sequence(row) + 1], end);
  }

  private int sequence(int row) {
    int i = 0;
    while (row >= starts[i + 1]) {
      i++;
    }
    return i;
  }

  /** Says in the caches that their positions up to the passes' ends are filled. */
  void extendCaches() {
    for (int i = 0; i < passes.length; i++) {
      caches[i].extend(passes[i].start() + passes[i].rows());
    }
  }
}
