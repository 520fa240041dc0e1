package dev.skipstone.adapt.math;

/**
 * A matrix [steps][columns] in the form that a product's right factor takes: panels of as many
 * columns as a tile has, one behind the other, a panel's steps in order. The last panel is filled
 * up with zeros.
 */
public final class Panels {
  private final float[] values;
  private int steps;
  private int columns;

  /**
   * Makes room for a matrix.
   *
   * @throws ArithmeticException if it has 2^31 values or more
   */
  public Panels(int steps, int columns) {
    values = new float[Math.multiplyExact(count(columns) * TileKernel.COLUMNS, steps)];
    this.steps = steps;
    this.columns = columns;
  }

  /** Panels of a number of columns. */
  static int count(int columns) {
    return (columns + TileKernel.COLUMNS - 1) / TileKernel.COLUMNS;
  }

  /** Bytes of a matrix in this form. */
  public static long bytes(int steps, int columns) {
    return (long) count(columns) * TileKernel.COLUMNS * steps * Float.BYTES;
  }

  /** Changes the shape within the room that there is; what was packed is gone. */
  public void resize(int newSteps, int newColumns) {
    if ((long) count(newColumns) * TileKernel.COLUMNS * newSteps > values.length) {
      throw new IllegalArgumentException(
          "no room for %d steps of %d columns".formatted(newSteps, newColumns));
    }
    steps = newSteps;
    columns = newColumns;
  }

  public int steps() {
    return steps;
  }

  public int columns() {
    return columns;
  }

  int count() {
    return count(columns);
  }

  /** Columns of a tile: what a result's rows are to be filled up to where no edge is wanted. */
  public static int roundUp(int columns) {
    return count(columns) * TileKernel.COLUMNS;
  }

  /** Where a panel starts among the {@link #values}. */
  int offset(int panel) {
    return panel * steps * TileKernel.COLUMNS;
  }

  float[] values() {
    return values;
  }

  /**
   * Packs a matrix whose rows are the steps.
   *
   * @param source [steps][columns] from {@code from}, rows at a distance of {@code stride}
   */
  public void pack(float[] source, int from, int stride) {
    for (int panel = 0; panel < count(); panel++) {
      int first = panel * TileKernel.COLUMNS;
      int filled = Math.min(TileKernel.COLUMNS, columns - first);
      int to = offset(panel);
      for (int s = 0; s < steps; s++, to += TileKernel.COLUMNS) {
        int row = from + s * stride + first;
        for (int j = 0; j < filled; j++) {
          values[to + j] = source[row + j];
        }
        for (int j = filled; j < TileKernel.COLUMNS; j++) {
          values[to + j] = 0;
        }
      }
    }
  }

  /**
   * Packs a matrix whose rows are the columns.
   *
   * @param source [columns][steps] from {@code from}, rows at a distance of {@code stride}
   */
  public void packTransposed(float[] source, int from, int stride) {
    for (int panel = 0; panel < count(); panel++) {
      for (int j = 0; j < TileKernel.COLUMNS; j++) {
        int column = panel * TileKernel.COLUMNS + j;
        int to = offset(panel) + j;
        int row = from + column * stride;
        for (int s = 0; s < steps; s++, to += TileKernel.COLUMNS) {
          values[to] = column < columns ? source[row + s] : 0;
        }
      }
    }
  }
}
