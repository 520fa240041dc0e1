package dev.skipstone.adapt.math;

import java.util.Arrays;

/**
 * A product of float32 matrices by one thread, over some of the steps. An instance holds where the
 * matrices lie, and is used again for others; setting it up allocates nothing.
 */
public final class BlockProduct {
  private final float[] edge = new float[TileKernel.ROWS * TileKernel.COLUMNS];
  private float[] a;
  private int aFrom;
  private int aRow;
  private int aStep;
  private Panels b;
  private float[] c;
  private int cFrom;
  private int cRow;

  /**
   * Sets the left factor.
   *
   * @param from where a[0][0] lies in {@code values}
   * @param row distance of a's rows
   * @param step distance of a's columns, which are the steps
   */
  public BlockProduct left(float[] values, int from, int row, int step) {
    a = values;
    aFrom = from;
    aRow = row;
    aStep = step;
    return this;
  }

  /** Sets the right factor. */
  public BlockProduct right(Panels panels) {
    b = panels;
    return this;
  }

  /**
   * Sets where the result goes.
   *
   * @param from where c[0][0] lies in {@code values}
   * @param row distance of c's rows
   */
  public BlockProduct result(float[] values, int from, int row) {
    c = values;
    cFrom = from;
    cRow = row;
    return this;
  }

  /**
   * Multiplies over the first steps and columns of b.
   *
   * @param m rows of a and c
   * @param steps at most b.steps()
   * @param columns at most b.columns()
   */
  public void multiply(int m, int steps, int columns) {
    clear(m, 0, columns);
    int panels = Panels.count(columns);
    for (int panel = 0; panel < panels; panel++) {
      addPanel(m, panel, 0, steps, columns);
    }
  }

  /** Sets a range of the result's columns to zero. */
  void clear(int m, int from, int to) {
    for (int i = 0; i < m; i++) {
      Arrays.fill(c, cFrom + i * cRow + from, cFrom + i * cRow + to, 0);
    }
  }

  /**
   * Adds the product with a piece of one panel of b.
   *
   * @param m rows of a and c
   * @param firstStep of b; a's first step is the same
   * @param columns of c in all: where the panel goes beyond them, the rest is left out
   */
  void addPanel(int m, int panel, int firstStep, int steps, int columns) {
    int first = panel * TileKernel.COLUMNS;
    int width = Math.min(TileKernel.COLUMNS, columns - first);
    float[] values = b.values();
    int bFrom = b.offset(panel) + firstStep * TileKernel.COLUMNS;
    for (int i = 0; i < m; i += TileKernel.ROWS) {
      int rows = Math.min(TileKernel.ROWS, m - i);
      int from = aFrom + i * aRow + firstStep * aStep;
      int to = cFrom + i * cRow + first;
      if (rows == TileKernel.ROWS && width == TileKernel.COLUMNS) {
        TileKernel.multiply(a, from, aRow, aStep, rows, values, bFrom, steps, c, to, cRow);
      } else {
        Arrays.fill(edge, 0);
        TileKernel.multiply(
            a, from, aRow, aStep, rows, values, bFrom, steps, edge, 0, TileKernel.COLUMNS);
        addEdge(rows, width, to);
      }
    }
  }

  private void addEdge(int rows, int width, int to) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        c[to + i * cRow + j] += edge[i * TileKernel.COLUMNS + j];
      }
    }
  }
}
