package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;

/**
 * What a separate draft model has read of a session's tokens. Its cache follows the session's
 * history late: it is cut to what both have in common, and what is missing is read, when the next
 * draft begins.
 */
final class DraftSequence {
  private static final int[] NO_ROWS = {};

  private final PassRunner runner;
  private final LayerPath full;

  /** The tokens in the cache. */
  private final TokenHistory read = new TokenHistory();

  /** How many of them are known to be the history's. */
  private int agreed;

  DraftSequence(PassRunner runner, int layers) {
    this.runner = runner;
    full = LayerPath.full(layers);
  }

  /** Most tokens that it can read. */
  int capacity() {
    return runner.cache().capacity();
  }

  /**
   * To be called where a history may have changed from its beginning on.
   *
   * @param positions that the history is going to have at most
   */
  void begin(int positions) {
    agreed = 0;
    if (!runner.expect(Math.min(positions, capacity()))) {
      cut(0);
    }
  }

  /**
   * Forgets what is not the history's.
   *
   * @return how many of its tokens are unread, the last one always among them
   */
  int unread(TokenHistory history) {
    int most = Math.min(read.length(), history.length() - 1);
    while (agreed < most && read.get(agreed) == history.get(agreed)) {
      agreed++;
    }
    cut(agreed);
    return history.length() - agreed;
  }

  /** Reads the next unread tokens of the history, as many as one pass takes, but never the last. */
  void readChunk(TokenHistory history) {
    int rows = Math.min(runner.maxRows(), history.length() - 1 - read.length());
    run(next(history, rows), NO_ROWS);
    agreed = read.length();
  }

  /**
   * Reads all unread tokens of the history, which one pass has to take.
   *
   * @return logits behind the last one, in row 0
   */
  Logits readRest(TokenHistory history) {
    int rows = history.length() - read.length();
    Logits logits = run(next(history, rows), new int[] {rows - 1});
    agreed = read.length();
    return logits;
  }

  /**
   * Reads a token that the history does not have, and perhaps never gets.
   *
   * @return logits behind it, in row 0
   */
  Logits read(int token) {
    return run(new int[] {token}, new int[] {0});
  }

  private int[] next(TokenHistory history, int rows) {
    int[] tokens = new int[rows];
    for (int i = 0; i < rows; i++) {
      tokens[i] = history.get(read.length() + i);
    }
    return tokens;
  }

  private Logits run(int[] tokens, int[] logitRows) {
    Logits logits = runner.run(new Pass(tokens, read.length(), full, logitRows));
    for (int token : tokens) {
      read.add(token);
    }
    return logits;
  }

  private void cut(int length) {
    read.truncate(length);
    runner.cache().truncate(length);
  }
}
