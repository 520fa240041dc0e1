package dev.skipstone.tornado;

import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.PassBuffer;

/** Passes that have graphs, and so kernels, of their own. */
enum PassShape {
  /** Decoding. */
  SINGLE(1),
  /** Verifying a draft. */
  FEW(KernelRegistry.FEW_ROWS),
  /** A prompt. */
  CHUNK(PassBuffer.MAX_ROWS);

  private final int mostRows;

  PassShape(int mostRows) {
    this.mostRows = mostRows;
  }

  int mostRows() {
    return mostRows;
  }

  /** The shape of a pass of so many rows. */
  static PassShape of(int rows) {
    if (rows <= SINGLE.mostRows) {
      return SINGLE;
    }
    return rows <= FEW.mostRows ? FEW : CHUNK;
  }
}
