package dev.skipstone.runtime.pass;

import java.util.Optional;

/**
 * What a runner takes.
 *
 * @param rows most rows of a pass
 * @param logitRows most rows of it that logits can be asked for
 * @param vocabulary tokens of the model
 * @param layers of the model
 * @param adapter of adapted passes, which are refused without one
 * @param ridingMasks whether the adapter's masks can ride in passes
 */
public record PassLimits(
    int rows,
    int logitRows,
    int vocabulary,
    int layers,
    Optional<AdapterWeights> adapter,
    boolean ridingMasks) {

  /** Limits of a runner in whose passes no masks ride. */
  public PassLimits(
      int rows, int logitRows, int vocabulary, int layers, Optional<AdapterWeights> adapter) {
    this(rows, logitRows, vocabulary, layers, adapter, false);
  }

  /** Limits of a runner without adapter. */
  public PassLimits(int rows, int logitRows, int vocabulary, int layers) {
    this(rows, logitRows, vocabulary, layers, Optional.empty());
  }

  /**
   * Checks a pass before it runs.
   *
   * @throws IllegalArgumentException if the pass has no or too many rows, leaves a gap behind the
   *     cache, passes its capacity, has a token that is not in the vocabulary, asks for logits of a
   *     row that it lacks, has a path through another number of layers, or is adapted without an
   *     adapter or by another path than the adapter's
   */
  public void check(Pass pass, KvCache cache) {
    int all = pass.rows() + checkRiding(pass);
    int wanted = pass.logitRows().length + pass.ridingRows();
    if (pass.rows() < 1 || all > rows || wanted > logitRows) {
      throw new IllegalArgumentException(
          "a pass of %d rows with %d rows of logits; most are %d and %d"
              .formatted(all, wanted, rows, logitRows));
    }
    if (pass.start() < 0 || pass.start() > cache.length()) {
      throw new IllegalArgumentException(
          "a pass at position %d leaves a gap behind the cache's %d"
              .formatted(pass.start(), cache.length()));
    }
    if (all > cache.capacity() - pass.start()) {
      throw new IllegalArgumentException(
          "a pass of %d rows at position %d passes the context of %d"
              .formatted(all, pass.start(), cache.capacity()));
    }
    int masks = pass.adapted() ? checkAdapted(pass).maskCount() : 0;
    for (int token : pass.tokens()) {
      if (token < -masks || token >= vocabulary) {
        throw new IllegalArgumentException(
            "token %d is not in the vocabulary of %d".formatted(token, vocabulary));
      }
    }
    for (int row : pass.logitRows()) {
      if (row < 0 || row >= pass.rows()) {
        throw new IllegalArgumentException(
            "logits of row %d were asked for, of a pass of %d rows".formatted(row, pass.rows()));
      }
    }
    if (pass.path().layers() != layers) {
      throw new IllegalArgumentException(
          "a path through %d layers for a model of %d".formatted(pass.path().layers(), layers));
    }
  }

  /** How many masks ride. */
  private int checkRiding(Pass pass) {
    int[] riding = pass.riding();
    if (riding.length == 0) {
      return 0;
    }
    int most = ridingMasks ? adapter.map(AdapterWeights::maskCount).orElse(0) : 0;
    for (int behind : riding) {
      if (behind < 0 || behind > most) {
        throw new IllegalArgumentException(
            "%d masks are to ride behind a row; most are %d".formatted(behind, most));
      }
    }
    if (riding.length != pass.rows() || pass.adapted()) {
      throw new IllegalArgumentException(
          "masks are to ride behind %d rows, of an %s pass of %d"
              .formatted(riding.length, pass.adapted() ? "adapted" : "ordinary", pass.rows()));
    }
    return pass.ridingRows();
  }

  private AdapterWeights checkAdapted(Pass pass) {
    AdapterWeights weights =
        adapter.orElseThrow(() ->
            new IllegalArgumentException("an adapted pass, but the model has no draft adapter"));
    if (!pass.path().equals(weights.path())) {
      throw new IllegalArgumentException(
          "an adapted pass runs the adapter's path (%s), not: %s"
              .formatted(weights.path(), pass.path()));
    }
    return weights;
  }
}
