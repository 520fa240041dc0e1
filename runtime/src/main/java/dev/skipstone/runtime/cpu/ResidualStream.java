package dev.skipstone.runtime.cpu;

import dev.skipstone.model.HyperParameters;

/**
 * The residual stream of a pass' rows, [rows][{@link #stride}], and what products read of it. Where
 * a pass has few rows, each worker brings them to the form that products take by itself, which
 * costs less than a phase of its own.
 */
final class ResidualStream {
  /** Most rows that each worker prepares for itself. */
  private static final int FEW_ROWS = 8;

  private final HyperParameters sizes;
  private final int stride;
  private final float[] values;

  /** The stream as products take it: of few rows each worker's own. */
  private final Activations[] own;

  /** Of many rows, which lie in groups of the same size whatever their number. */
  private final Activations shared;

  ResidualStream(HyperParameters sizes, ActivationForms forms, int maxRows, int workers) {
    this.sizes = sizes;
    stride = stride(sizes);
    values = new float[maxRows * stride];
    own = new Activations[workers];
    for (int i = 0; i < workers; i++) {
      own[i] = Activations.allocate(FEW_ROWS, sizes.width(), forms.normed());
    }
    shared = Activations.allocate(maxRows, sizes.width(), forms.normed());
    // Not in a pass: a worker that is late would change it under the next one.
    shared.arrange(maxRows);
  }

  /** Values of a row: the width, filled up to whole tiles. */
  static int stride(HyperParameters sizes) {
    return (sizes.width() + TileFormat.ROWS - 1) / TileFormat.ROWS * TileFormat.ROWS;
  }

  /** Bytes that the constructor takes. */
  static long bytes(HyperParameters sizes, ActivationForms forms, int maxRows, int workers) {
    return (long) maxRows * stride(sizes) * Float.BYTES
        + Activations.bytes(maxRows, sizes.width(), forms.normed())
        + workers * Activations.bytes(FEW_ROWS, sizes.width(), forms.normed());
  }

  /** [rows][{@link #stride}]. */
  float[] values() {
    return values;
  }

  int stride() {
    return stride;
  }

  /**
   * The first rows, as a sublayer takes them.
   *
   * @param weight of the norm before the sublayer; null for none
   */
  Activations read(Worker worker, int rows, float[] weight) {
    return prepare(worker, null, rows, weight);
  }

  /**
   * Some rows, normed, one behind the other.
   *
   * @param which rows
   * @param count how many
   * @param weight of the norm
   */
  Activations normed(Worker worker, int[] which, int count, float[] weight) {
    return prepare(worker, which, count, weight);
  }

  private Activations prepare(Worker worker, int[] which, int count, float[] weight) {
    if (count <= FEW_ROWS) {
      Activations mine = own[worker.index()];
      mine.arrange(count);
      for (int i = 0; i < count; i++) {
        prepareRow(worker, which == null ? i : which[i], weight, mine, i);
      }
      return mine;
    }
    for (int i = worker.claim(count); i >= 0; i = worker.claim(count)) {
      prepareRow(worker, which == null ? i : which[i], weight, shared, i);
    }
    worker.await();
    return shared;
  }

  private void prepareRow(Worker worker, int row, float[] weight, Activations target, int to) {
    int from = row * stride;
    int offset = to * target.stride();
    if (weight == null) {
      System.arraycopy(values, from, target.values(), offset, sizes.width());
    } else {
      float epsilon = sizes.normEpsilon();
      Rows.rmsNorm(values, from, weight, epsilon, target.values(), offset, worker.lanes());
    }
    target.prepare(to, 0, target.blocks());
  }

  /**
   * Takes some rows over a gap of skipped layers: scale x + up (down x).
   *
   * @param first of the rows
   * @param end behind the last
   * @param low buffers of the delta
   */
  void cross(Worker worker, int first, int end, CpuAdapter.Bridge bridge, Activations[] low) {
    LowRankDeltas delta = bridge.delta();
    int downs = delta.downUnits();
    if (downs > 0) {
      Activations input = read(worker, end, null);
      for (int unit = worker.claim(downs); unit >= 0; unit = worker.claim(downs)) {
        delta.multiplyDown(unit, input, first, end, low);
      }
      worker.await();
    }
    int tiles = stride / TileFormat.ROWS;
    for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
      int column = tile * TileFormat.ROWS;
      for (int r = first; r < end; r++) {
        Rows.multiply(values, r * stride + column, bridge.scale(), column, TileFormat.ROWS);
      }
      if (delta.upUnits() > 0) {
        // The delta's tiles are those of the stream.
        delta.addUp(tile, low, first, end, values);
      }
    }
    worker.await();
  }
}
