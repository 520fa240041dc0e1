package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * RMSNorm (arXiv 1910.07467): y = x / sqrt(mean(x^2) + epsilon) * weight. Those of a layer are the
 * first kernels of a sublayer.
 */
public final class NormKernels {
  /** Work-items of a group. */
  public static final int LANES = 64;

  private NormKernels() {}

  /**
   * One work-item a row.
   *
   * @param residual [rows][width]
   * @param weight [layers][width]
   * @param normed [rows][width]
   */
  public static void normByItem(
      KernelContext context,
      IntArray pass,
      FloatArray residual,
      FloatArray weight,
      FloatArray normed,
      int width,
      float epsilon) {
    int row = context.globalIdx;
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP);
    int layer = pass.get(step);
    if (row == 0) {
      pass.set(PassBuffer.LAYER, layer);
      pass.set(PassBuffer.SLOT, pass.get(step + 1));
    }
    if (row < pass.get(PassBuffer.ROWS)) {
      float squares = 0f;
      for (int i = 0; i < width; i++) {
        float x = residual.get(row * width + i);
        squares += x * x;
      }
      float factor = 1f / TornadoMath.sqrt(squares / width + epsilon);
      for (int i = 0; i < width; i++) {
        float x = residual.get(row * width + i);
        normed.set(row * width + i, x * factor * weight.get(layer * width + i));
      }
    }
  }

  /** As {@link #normByItem}, one work-group a row, which sums in local memory. */
  public static void normByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray residual,
      FloatArray weight,
      FloatArray normed,
      int width,
      float epsilon) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    int row = context.groupIdx;
    int lane = context.localIdx;
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP);
    int layer = pass.get(step);
    if (context.globalIdx == 0) {
      pass.set(PassBuffer.LAYER, layer);
      pass.set(PassBuffer.SLOT, pass.get(step + 1));
    }
    if (row < pass.get(PassBuffer.ROWS)) {
      float squares = 0f;
      for (int i = lane; i < width; i += LANES) {
        float x = residual.get(row * width + i);
        squares += x * x;
      }
      sums[lane] = squares;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
        }
        context.localBarrier();
      }
      float factor = 1f / TornadoMath.sqrt(sums[0] / width + epsilon);
      for (int i = lane; i < width; i += LANES) {
        float x = residual.get(row * width + i);
        normed.set(row * width + i, x * factor * weight.get(layer * width + i));
      }
    }
  }

  /**
   * Before the output's matrix: norms the rows whose logits are asked for, one work-item each.
   *
   * @param weight [width]
   * @param normed [logit rows][width]
   */
  public static void outputNormByItem(
      KernelContext context,
      IntArray pass,
      FloatArray residual,
      FloatArray weight,
      FloatArray normed,
      int width,
      float epsilon) {
    int index = context.globalIdx;
    if (index < pass.get(PassBuffer.LOGIT_ROWS)) {
      int row = pass.get(PassBuffer.LOGIT_ROW + index);
      float squares = 0f;
      for (int i = 0; i < width; i++) {
        float x = residual.get(row * width + i);
        squares += x * x;
      }
      float factor = 1f / TornadoMath.sqrt(squares / width + epsilon);
      for (int i = 0; i < width; i++) {
        float x = residual.get(row * width + i);
        normed.set(index * width + i, x * factor * weight.get(i));
      }
    }
  }

  /** As {@link #outputNormByItem}, one work-group a row. */
  public static void outputNormByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray residual,
      FloatArray weight,
      FloatArray normed,
      int width,
      float epsilon) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    int index = context.groupIdx;
    int lane = context.localIdx;
    if (index < pass.get(PassBuffer.LOGIT_ROWS)) {
      int row = pass.get(PassBuffer.LOGIT_ROW + index);
      float squares = 0f;
      for (int i = lane; i < width; i += LANES) {
        float x = residual.get(row * width + i);
        squares += x * x;
      }
      sums[lane] = squares;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
        }
        context.localBarrier();
      }
      float factor = 1f / TornadoMath.sqrt(sums[0] / width + epsilon);
      for (int i = lane; i < width; i += LANES) {
        float x = residual.get(row * width + i);
        normed.set(index * width + i, x * factor * weight.get(i));
      }
    }
  }

  /**
   * Behind a sublayer: residual += norm(update), one work-item a row. Ends a sublayer.
   *
   * @param update [rows][width]
   * @param weight [layers][width]
   */
  public static void addNormedByItem(
      KernelContext context,
      IntArray pass,
      FloatArray update,
      FloatArray weight,
      FloatArray residual,
      int width,
      float epsilon) {
    int row = context.globalIdx;
    if (row < pass.get(PassBuffer.ROWS)) {
      int layer = pass.get(PassBuffer.LAYER);
      float squares = 0f;
      for (int i = 0; i < width; i++) {
        float x = update.get(row * width + i);
        squares += x * x;
      }
      float factor = 1f / TornadoMath.sqrt(squares / width + epsilon);
      for (int i = 0; i < width; i++) {
        int at = row * width + i;
        float normed = update.get(at) * factor * weight.get(layer * width + i);
        residual.set(at, residual.get(at) + normed);
      }
    }
    if (row == 0) {
      pass.set(PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
    }
  }

  /** As {@link #addNormedByItem}, one work-group a row. */
  public static void addNormedByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray update,
      FloatArray weight,
      FloatArray residual,
      int width,
      float epsilon) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    int row = context.groupIdx;
    int lane = context.localIdx;
    // First, and not behind a branch with barriers, which one driver gets wrong.
    if (context.globalIdx == 0) {
      pass.set(PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
    }
    if (row < pass.get(PassBuffer.ROWS)) {
      int layer = pass.get(PassBuffer.LAYER);
      float squares = 0f;
      for (int i = lane; i < width; i += LANES) {
        float x = update.get(row * width + i);
        squares += x * x;
      }
      sums[lane] = squares;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
        }
        context.localBarrier();
      }
      float factor = 1f / TornadoMath.sqrt(sums[0] / width + epsilon);
      for (int i = lane; i < width; i += LANES) {
        int at = row * width + i;
        float normed = update.get(at) * factor * weight.get(layer * width + i);
        residual.set(at, residual.get(at) + normed);
      }
    }
  }
}
