package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * RMSNorm of queries and of keys where they are, before they are rotated: of each head by itself
 * (arXiv 2302.05442), or of all heads as one, which is then their only unit.
 *
 * <p>Parameters that they share: {@code projected} [rows][stride], queries first, then keys; {@code
 * weight} [layers][querySize + keySize], {@code queries} and {@code keys} the units of a row, and
 * their channels: the same for both where there are several of one, so that units lie side by side
 * at multiples of {@code querySize}.
 */
public final class HeadNormKernels {
  /** Work-items of a group. */
  public static final int LANES = 64;

  private HeadNormKernels() {}

  /** One work-item a unit of a row. */
  public static void normHeadsByItem(
      KernelContext context,
      IntArray pass,
      FloatArray projected,
      FloatArray weight,
      int queries,
      int keys,
      int querySize,
      int keySize,
      int stride,
      float epsilon) {
    int row = context.globalIdx / (queries + keys);
    int unit = context.globalIdx % (queries + keys);
    if (row < pass.get(PassBuffer.ROWS)) {
      int size = unit < queries ? querySize : keySize;
      int from = row * stride + unit * querySize;
      int weightFrom =
          pass.get(PassBuffer.LAYER) * (querySize + keySize) + (unit < queries ? 0 : querySize);
      float squares = 0f;
      for (int i = 0; i < size; i++) {
        float x = projected.get(from + i);
        squares += x * x;
      }
      float factor = 1f / TornadoMath.sqrt(squares / size + epsilon);
      for (int i = 0; i < size; i++) {
        projected.set(from + i, projected.get(from + i) * factor * weight.get(weightFrom + i));
      }
    }
  }

  /** As {@link #normHeadsByItem}, one work-group a unit of a row, which sums in local memory. */
  public static void normHeadsByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray projected,
      FloatArray weight,
      int queries,
      int keys,
      int querySize,
      int keySize,
      int stride,
      float epsilon) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    int row = context.groupIdx / (queries + keys);
    int unit = context.groupIdx % (queries + keys);
    int lane = context.localIdx;
    if (row < pass.get(PassBuffer.ROWS)) {
      int size = unit < queries ? querySize : keySize;
      int from = row * stride + unit * querySize;
      int weightFrom =
          pass.get(PassBuffer.LAYER) * (querySize + keySize) + (unit < queries ? 0 : querySize);
      float squares = 0f;
      for (int i = lane; i < size; i += LANES) {
        float x = projected.get(from + i);
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
      float factor = 1f / TornadoMath.sqrt(sums[0] / size + epsilon);
      for (int i = lane; i < size; i += LANES) {
        projected.set(from + i, projected.get(from + i) * factor * weight.get(weightFrom + i));
      }
    }
  }
}
