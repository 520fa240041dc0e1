package dev.skipstone.runtime.pass;

/**
 * One forward computation over consecutive positions of a sequence. Its arrays are not to be
 * changed.
 *
 * @param tokens a token id for each of the m input rows
 * @param start position of the first row; keys and values from there on are overwritten
 * @param path sublayers to run
 * @param logitRows 0-based input rows whose logits are wanted, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record Pass(int[] tokens, int start, LayerPath path, int[] logitRows) {
  private static final int[] NONE = {};

  /** A pass that only fills the cache. */
  public static Pass withoutLogits(int[] tokens, int start, LayerPath path) {
    return new Pass(tokens, start, path, NONE);
  }

  public int rows() {
    return tokens.length;
  }
}
