package dev.skipstone.runtime.pass;

/**
 * One forward computation over consecutive positions of a sequence. Its arrays are not to be
 * changed.
 *
 * @param tokens a token id for each of the m input rows, or a {@link #mask} slot in an adapted pass
 * @param start position of the first row; keys and values from there on are overwritten
 * @param path sublayers to run; the adapter's own in an adapted pass
 * @param logitRows 0-based input rows whose logits are wanted, ascending
 * @param adapted whether the draft adapter takes part ({@link AdapterWeights})
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record Pass(int[] tokens, int start, LayerPath path, int[] logitRows, boolean adapted) {
  private static final int[] NONE = {};

  /** A pass without adapter. */
  public Pass(int[] tokens, int start, LayerPath path, int[] logitRows) {
    this(tokens, start, path, logitRows, false);
  }

  /** A pass that only fills the cache. */
  public static Pass withoutLogits(int[] tokens, int start, LayerPath path) {
    return new Pass(tokens, start, path, NONE);
  }

  /**
   * What stands for a mask slot among the tokens.
   *
   * @param slot 1-based
   */
  public static int mask(int slot) {
    return -slot;
  }

  public int rows() {
    return tokens.length;
  }
}
