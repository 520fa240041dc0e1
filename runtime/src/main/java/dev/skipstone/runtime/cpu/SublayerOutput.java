package dev.skipstone.runtime.cpu;

import dev.skipstone.model.HyperParameters;

/**
 * The way from a sublayer's inside back to the residual stream: its output projection, and in some
 * families a norm and a factor before it is added.
 */
final class SublayerOutput {
  private final HyperParameters sizes;
  private final ResidualStream residual;
  private final Activations[] low;
  private final float factor;

  /** What comes out of a projection that is not added at once, [rows][stride]. */
  private final float[] waiting;

  /**
   * @param low buffers of deltas
   */
  SublayerOutput(HyperParameters sizes, ResidualStream residual, Activations[] low, int maxRows) {
    this.sizes = sizes;
    this.residual = residual;
    this.low = low;
    factor = sizes.multipliers().residual();
    waiting = new float[maxRows * residual.stride()];
  }

  /** Bytes that the constructor takes. */
  static long bytes(HyperParameters sizes, int maxRows) {
    return (long) maxRows * ResidualStream.stride(sizes) * Float.BYTES;
  }

  /**
   * Projects rows and adds them to the stream.
   *
   * @param norm of the projection's output; null for none
   * @param firstAdapted the first row that the delta is for
   */
  void add(
      Worker worker,
      Projection projection,
      LowRankDeltas delta,
      float[] norm,
      Activations input,
      int firstAdapted,
      int rows) {
    boolean atOnce = norm == null && factor == 1;
    float[] target = atOnce ? residual.values() : waiting;
    int downs = delta.downUnits();
    int units = downs + projection.tiles();
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      if (unit < downs) {
        delta.multiplyDown(unit, input, firstAdapted, rows, low);
      } else if (atOnce) {
        projection.addTile(unit - downs, input, rows, target);
      } else {
        projection.multiplyTile(unit - downs, input, rows, target);
      }
    }
    worker.await();
    delta.addUps(worker, low, firstAdapted, rows, target);
    if (!atOnce) {
      for (int row = worker.claim(rows); row >= 0; row = worker.claim(rows)) {
        addRow(worker, row, norm);
      }
      worker.await();
    }
  }

  private void addRow(Worker worker, int row, float[] norm) {
    int from = row * residual.stride();
    if (norm != null) {
      float epsilon = sizes.normEpsilon();
      Rows.rmsNorm(waiting, from, norm, epsilon, waiting, from, worker.lanes());
    }
    Rows.addScaled(residual.values(), from, waiting, from, sizes.width(), factor);
  }
}
