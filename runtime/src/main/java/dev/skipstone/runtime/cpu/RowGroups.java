package dev.skipstone.runtime.cpu;

/**
 * Divides a pass's rows into groups that kernels take at once. A row's result is the same bits in
 * any group, so that which one is a matter of time alone.
 *
 * <p>That is used while the JVM has not compiled a kernel yet: interpreted, vectors take a hundred
 * times longer, and the first pass over three rows would take as long as a hundred others. So a
 * kernel that is new gets one call in {@value #SHARE}, until it must have been compiled; meanwhile
 * its rows go through those for one row and for four, which every prompt and every answer needs.
 */
final class RowGroups {
  /** The group that many rows are divided into. */
  private static final int USUAL = 4;

  private static final int SHARE = 128;

  /** Calls after which the JVM has compiled a kernel, with the time that it takes for that. */
  private static final int COMPILED = 1_500;

  /** How often a group was asked for; workers may lose a count to each other. */
  private final int[] asked = new int[TileFormat.MOST_ROWS + 1];

  /**
   * How many rows to take next.
   *
   * @param left rows that are left; 1 or more
   */
  int next(int left) {
    int rows = left <= TileFormat.MOST_ROWS ? left : USUAL;
    if (rows == 1 || rows == USUAL || asked[rows] >= SHARE * COMPILED) {
      return rows;
    }
    return asked[rows]++ % SHARE == 0 ? rows : rows > USUAL ? USUAL : 1;
  }
}
