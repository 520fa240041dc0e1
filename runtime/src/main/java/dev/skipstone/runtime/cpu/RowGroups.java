package dev.skipstone.runtime.cpu;

/**
 * Which groups of rows the kernels of a class take already. A row's result is the same bits in any
 * group, so that which one is a matter of time alone.
 *
 * <p>While the JVM has not compiled a kernel yet, it is interpreted: vectors take a hundred times
 * longer, and the first pass over three rows would take as long as a hundred others. So a kernel
 * that is new gets one call in {@value #SHARE}, until it must have been compiled; meanwhile its
 * rows go through those for one row and for four, which every prompt and every answer needs.
 */
final class RowGroups {
  /** The group that many rows are divided into while nothing better is known. */
  static final int USUAL = 4;

  private static final int SHARE = 128;

  /** Calls after which the JVM has compiled a kernel, with the time that it takes for that. */
  static final int COMPILED = 1_500;

  /**
   * Calls that are still needed after those with other matrices: the JVM drops what it compiled
   * where real ones take another way through the kernel.
   */
  private static final int REAL = 600;

  /** How often a group was asked for; workers may lose a count to each other. */
  private final int[] asked = new int[TileFormat.MOST_ROWS + 1];

  /**
   * A bit for each group that is compiled; one that a worker loses to another is soon set again.
   */
  private int ready = 1 << 1 | 1 << USUAL;

  /**
   * How many rows to take next.
   *
   * @param wanted rows to take if their kernel is compiled; 1 to {@link TileFormat#MOST_ROWS}
   */
  int next(int wanted) {
    if ((ready & 1 << wanted) != 0) {
      return wanted;
    }
    if (asked[wanted] >= SHARE * COMPILED) {
      ready |= 1 << wanted;
      return wanted;
    }
    return asked[wanted]++ % SHARE == 0 ? wanted : wanted > USUAL ? USUAL : 1;
  }

  /** Says that a group's kernel was called {@link #COMPILED} times by somebody else. */
  void warmed(int rows) {
    asked[rows] = Math.max(asked[rows], SHARE * (COMPILED - REAL));
  }

  /** The groups whose kernels are compiled, bit n for n rows. */
  int ready() {
    return ready;
  }
}
