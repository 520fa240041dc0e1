package dev.skipstone.runtime.pass;

/**
 * One forward computation over consecutive positions of a sequence. Its arrays are not to be
 * changed.
 *
 * <p>Mask slots can ride in a pass of the full model: behind each row so many as are asked for,
 * which attend to the positions up to that row and to each other, and run the draft adapter's
 * sublayers only (BiTA, arXiv 2401.12522, with S3D's skipped layers). The pass's own rows are the
 * same with and without them. Their logits come behind those of the other rows.
 *
 * @param tokens a token id for each of the m input rows, or a {@link #mask} slot in an adapted pass
 * @param start position of the first row; keys and values from there on are overwritten
 * @param path sublayers to run; the adapter's own in an adapted pass
 * @param logitRows 0-based input rows whose logits are wanted, ascending
 * @param adapted whether the draft adapter takes part ({@link AdapterWeights})
 * @param riding how many mask slots, 1 to so many, ride behind each row: a number for each, or none
 *     at all
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record Pass(
    int[] tokens, int start, LayerPath path, int[] logitRows, boolean adapted, int[] riding) {
  private static final int[] NONE = {};

  /** A pass in which nothing rides. */
  public Pass(int[] tokens, int start, LayerPath path, int[] logitRows, boolean adapted) {
    this(tokens, start, path, logitRows, adapted, NONE);
  }

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

  /** Rows of masks that ride. */
  public int ridingRows() {
    int rows = 0;
    for (int behind : riding) {
      rows += behind;
    }
    return rows;
  }
}
