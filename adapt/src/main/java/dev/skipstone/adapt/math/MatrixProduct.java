package dev.skipstone.adapt.math;

/**
 * Products of float32 matrices, shared out between threads in blocks of the result. Each value is
 * one sum in the order of the steps, whatever the number of threads. Products of one instance run
 * one after the other.
 */
public final class MatrixProduct {
  /** Rows of a block: with common widths they stay in the second-level cache. */
  private static final int BLOCK_ROWS = 16 * TileKernel.ROWS;

  /** Panels of a block. */
  private static final int BLOCK_PANELS = 6;

  /** Steps of a panel that stay in the second-level cache, beside the rows. */
  private static final int STEPS_AT_ONCE = 2048;

  private final Workers workers;
  private final BlockProduct[] products;
  private final Workers.Task task = this::multiplyBlock;

  private int rows;
  private float[] a;
  private int aFrom;
  private int aRow;
  private int aStep;
  private Panels b;
  private float[] c;
  private int cFrom;
  private boolean add;
  private int rowBlocks;

  public MatrixProduct(Workers workers) {
    this.workers = workers;
    products = new BlockProduct[workers.size()];
    for (int i = 0; i < products.length; i++) {
      products[i] = new BlockProduct();
    }
  }

  /**
   * c = a b, or c += a b.
   *
   * @param m rows of a and c
   * @param left [m][b.steps()]
   * @param result [m][b.columns()]
   */
  public void multiply(int m, float[] left, Panels right, float[] result, boolean adding) {
    multiply(m, left, 0, right, result, 0, adding);
  }

  /**
   * As {@link #multiply(int, float[], Panels, float[], boolean)}, with matrices that start
   * somewhere in their arrays.
   */
  public void multiply(
      int m, float[] left, int from, Panels right, float[] result, int to, boolean adding) {
    aRow = right.steps();
    aStep = 1;
    start(m, left, from, right, result, to, adding);
  }

  /**
   * c = transposed(a) b, or c += it: the gradient of weights.
   *
   * @param m columns of a, and rows of c
   * @param left [b.steps()][m]
   * @param result [m][b.columns()] from {@code to}
   */
  public void multiplyTransposed(
      int m, float[] left, Panels right, float[] result, int to, boolean adding) {
    aRow = 1;
    aStep = m;
    start(m, left, 0, right, result, to, adding);
  }

  private void start(
      int m, float[] left, int from, Panels right, float[] result, int to, boolean adding) {
    rows = m;
    a = left;
    aFrom = from;
    b = right;
    c = result;
    cFrom = to;
    add = adding;
    rowBlocks = (m + BLOCK_ROWS - 1) / BLOCK_ROWS;
    int panelBlocks = (right.count() + BLOCK_PANELS - 1) / BLOCK_PANELS;
    workers.run(rowBlocks * panelBlocks, task);
  }

  private void multiplyBlock(int worker, int unit) {
    int row = unit % rowBlocks * BLOCK_ROWS;
    int panel = unit / rowBlocks * BLOCK_PANELS;
    int count = Math.min(BLOCK_ROWS, rows - row);
    int end = Math.min(panel + BLOCK_PANELS, b.count());
    int columns = b.columns();
    BlockProduct product =
        products[worker]
            .left(a, aFrom + row * aRow, aRow, aStep)
            .right(b)
            .result(c, cFrom + row * columns, columns);
    if (!add) {
      product.clear(count, panel * TileKernel.COLUMNS, Math.min(columns, end * TileKernel.COLUMNS));
    }
    for (int step = 0; step < b.steps(); step += STEPS_AT_ONCE) {
      int steps = Math.min(STEPS_AT_ONCE, b.steps() - step);
      for (int p = panel; p < end; p++) {
        product.addPanel(count, p, step, steps, columns);
      }
    }
  }
}
