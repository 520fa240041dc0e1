package dev.skipstone.tornado.testing;

/**
 * How large random arguments get.
 *
 * @param matrix most rows and columns of a matrix
 * @param heads most heads with keys and values
 * @param headSize largest head
 * @param positions most positions of a cache
 * @param vocabulary most tokens
 * @param rows most rows of a pass
 * @param work most multiplications of one case
 * @param products most products of a row of a matrix with one of activations of one case
 * @param spare elements behind the end of each array, to see whether they are written
 * @param full whether arrays have room for the pass's rows only, not for as many as their kernels
 *     can take, and layers are the last ones, so that arrays are used to their ends
 */
record CaseSizes(
    int matrix,
    int heads,
    int headSize,
    int positions,
    int vocabulary,
    int rows,
    int work,
    int products,
    int spare,
    boolean full) {
  /** For fast runs. */
  static final CaseSizes USUAL =
      new CaseSizes(200, 3, 256, 700, 700, 64, 1_000_000, 3000, 9, false);

  /** For runs that watch every access. */
  static final CaseSizes SMALL = new CaseSizes(72, 2, 12, 72, 90, 17, 20_000, 150, 0, false);

  /** Arrays without an element too many. */
  static final CaseSizes TIGHT = new CaseSizes(72, 2, 12, 72, 90, 17, 20_000, 150, 0, true);
}
