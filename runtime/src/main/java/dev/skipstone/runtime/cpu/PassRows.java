package dev.skipstone.runtime.cpu;

import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;

/**
 * The rows of a pass: those of one sequence, or of several, one behind the other, and behind them
 * the masks that ride in it. Immutable, since a late worker may still hold it when the next pass
 * runs.
 *
 * <p>Rows that follow each other and share their cache are a run. Keys and values of a pass's own
 * rows are put to the cache's slots of their positions; those of riding masks to the slots behind
 * the pass, which nothing else reads.
 */
final class PassRows {
  private final Pass[] passes;
  private final CpuKvCache[] caches;

  /** The first row of each run, and behind them the number of rows. */
  private final int[] starts;

  /** Behind which row of its pass each run of masks rides. */
  private final int[] parents;

  private final int rows;
  private final int[] logitRows;

  /** The rows of one sequence. */
  PassRows(Pass pass, CpuKvCache cache) {
    this(new Pass[] {pass}, new CpuKvCache[] {cache});
  }

  /**
   * The rows of several sequences.
   *
   * @param passes through the same sublayers; masks ride where there is one only; kept, not copied,
   *     like the others
   * @param caches of the passes' sequences
   */
  PassRows(Pass[] passes, CpuKvCache[] caches) {
    this.passes = passes;
    this.caches = caches;
    Pass last = passes[passes.length - 1];
    int runs = 0;
    for (int behind : last.riding()) {
      runs += behind > 0 ? 1 : 0;
    }
    starts = new int[passes.length + runs + 1];
    parents = new int[runs];
    int wanted = last.ridingRows();
    for (int i = 0; i < passes.length; i++) {
      starts[i + 1] = starts[i] + passes[i].rows();
      wanted += passes[i].logitRows().length;
    }
    rows = starts[passes.length];
    addRuns(last.riding());
    logitRows = new int[wanted];
    int next = 0;
    for (int i = 0; i < passes.length; i++) {
      for (int row : passes[i].logitRows()) {
        logitRows[next++] = starts[i] + row;
      }
    }
    for (int row = rows; row < allRows(); row++) {
      logitRows[next++] = row;
    }
  }

  private void addRuns(int[] riding) {
    int run = 0;
    for (int row = 0; row < riding.length; row++) {
      if (riding[row] > 0) {
        parents[run] = row;
        int at = passes.length + run++;
        starts[at + 1] = starts[at] + riding[row];
      }
    }
  }

  /** The passes' own rows. */
  int rows() {
    return rows;
  }

  /** These and behind them the masks that ride. */
  int allRows() {
    return starts[starts.length - 1];
  }

  LayerPath path() {
    return passes[0].path();
  }

  boolean adapted() {
    return passes[0].adapted();
  }

  /** The first row that the adapter acts on; behind all rows where it does on none. */
  int firstAdapted() {
    return adapted() ? 0 : rows;
  }

  /** Rows whose logits are wanted; the masks' are the last. */
  int[] logitRows() {
    return logitRows;
  }

  /** How many of these are the passes' own. */
  int ownLogitRows() {
    return logitRows.length - (allRows() - rows);
  }

  int token(int row) {
    int i = run(row);
    int inside = row - starts[i];
    return i < passes.length ? passes[i].tokens()[inside] : Pass.mask(inside + 1);
  }

  /** A row's position in its sequence. */
  int position(int row) {
    int i = run(row);
    return contextOfRun(i) + row - starts[i];
  }

  /** Positions before a row's run that it attends to. */
  int context(int row) {
    return contextOfRun(run(row));
  }

  private int contextOfRun(int run) {
    return run < passes.length
        ? passes[run].start()
        : passes[passes.length - 1].start() + parents[run - passes.length] + 1;
  }

  /** Where a row's keys and values are in the cache: its position, unless it rides. */
  int slot(int row) {
    int i = run(row);
    int last = passes.length - 1;
    return i <= last
        ? passes[i].start() + row - starts[i]
        : passes[last].start() + row - starts[last];
  }

  /** The cache of a row's sequence. */
  CpuKvCache cache(int row) {
    return caches[Math.min(run(row), passes.length - 1)];
  }

  /** The first row behind a row that is of another run, or {@code end} if that is before. */
  int endOfRun(int row, int end) {
    return Math.min(starts[run(row) + 1], end);
  }

  private int run(int row) {
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
