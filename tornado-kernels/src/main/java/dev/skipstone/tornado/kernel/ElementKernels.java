package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What is done to each channel by itself. */
public final class ElementKernels {
  private ElementKernels() {}

  /** silu(gate) * up, with silu(x) = x / (1 + e^-x). */
  static float siluGate(float gate, float up) {
    return gate / (1f + TornadoMath.exp(-gate)) * up;
  }

  /**
   * One work-item a channel.
   *
   * @param gateAndUp [rows][2 * hidden], a row's gates and then its ups
   * @param gated [rows][hidden]
   */
  public static void gate(
      KernelContext context, IntArray pass, FloatArray gateAndUp, FloatArray gated, int hidden) {
    int row = context.globalIdx / hidden;
    int i = context.globalIdx % hidden;
    if (row < pass.get(PassBuffer.ROWS)) {
      int at = row * 2 * hidden + i;
      gated.set(row * hidden + i, siluGate(gateAndUp.get(at), gateAndUp.get(at + hidden)));
    }
  }

  /**
   * One work-item a channel: residual += update. Ends a sublayer.
   *
   * @param residual [rows][width]
   * @param update [rows][width]
   */
  public static void addResidual(
      KernelContext context, IntArray pass, FloatArray update, FloatArray residual, int width) {
    int i = context.globalIdx;
    if (i < pass.get(PassBuffer.ROWS) * width) {
      residual.set(i, residual.get(i) + update.get(i));
    }
    if (i == 0) {
      pass.set(PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
    }
  }
}
