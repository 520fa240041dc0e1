package dev.skipstone.runtime.pass;

/**
 * What a runner takes.
 *
 * @param rows most rows of a pass
 * @param logitRows most rows of it that logits can be asked for
 * @param vocabulary tokens of the model
 * @param layers of the model
 */
public record PassLimits(int rows, int logitRows, int vocabulary, int layers) {

  /**
   * Checks a pass before it runs.
   *
   * @throws IllegalArgumentException if the pass has no or too many rows, leaves a gap behind the
   *     cache, passes its capacity, has a token that is not in the vocabulary, asks for logits of a
   *     row that it lacks, or has a path through another number of layers
   */
  public void check(Pass pass, KvCache cache) {
    if (pass.rows() < 1 || pass.rows() > rows || pass.logitRows().length > logitRows) {
      throw new IllegalArgumentException(
          "a pass of %d rows with %d rows of logits; most are %d and %d"
              .formatted(pass.rows(), pass.logitRows().length, rows, logitRows));
    }
    if (pass.start() < 0 || pass.start() > cache.length()) {
      throw new IllegalArgumentException(
          "a pass at position %d leaves a gap behind the cache's %d"
              .formatted(pass.start(), cache.length()));
    }
    if (pass.rows() > cache.capacity() - pass.start()) {
      throw new IllegalArgumentException(
          "a pass of %d rows at position %d passes the context of %d"
              .formatted(pass.rows(), pass.start(), cache.capacity()));
    }
    for (int token : pass.tokens()) {
      if (token < 0 || token >= vocabulary) {
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
}
