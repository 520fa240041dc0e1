package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;
import uk.ac.manchester.tornado.api.types.vectors.Int4;

/**
 * {@link ProjectionKernels} for matrices of {@link Encoding#INT8_VECTORS} and {@link
 * Encoding#INT4_VECTORS}: 128 bits of weights, half a block or a whole one, in each load. Their
 * {@code encoding} is that of the words.
 */
public final class VectorProjectionKernels {
  private VectorProjectionKernels() {}

  /** Vectors lane, lane + lanes, and so on of a row's product. */
  private static float dot(
      VectorInt4 vectors,
      FloatArray floats,
      int encoding,
      int row,
      int columns,
      FloatArray input,
      int from,
      int lane,
      int lanes) {
    int perWord = 1 << encoding;
    int perRow = columns / (4 * perWord);
    float sum = 0f;
    for (int vector = lane; vector < perRow; vector += lanes) {
      int column = vector * 4 * perWord;
      float scale = Encoding.scale(floats, encoding, columns, row, column);
      float minimum = Encoding.minimum(floats, encoding, columns, row, column);
      Int4 words = vectors.get(row * perRow + vector);
      int first = words.getX();
      int second = words.getY();
      int third = words.getZ();
      int fourth = words.getW();
      int x = from + column;
      for (int k = 0; k < perWord; k++) {
        sum += Encoding.weight(first, encoding, k, scale, minimum) * input.get(x + k);
        sum += Encoding.weight(second, encoding, k, scale, minimum) * input.get(x + perWord + k);
        sum += Encoding.weight(third, encoding, k, scale, minimum) * input.get(x + 2 * perWord + k);
        sum +=
            Encoding.weight(fourth, encoding, k, scale, minimum) * input.get(x + 3 * perWord + k);
      }
    }
    return sum;
  }

  /** As {@link ProjectionKernels#projectByItem}. */
  public static void projectVectorsByItem(
      KernelContext context,
      IntArray pass,
      VectorInt4 vectors,
      FloatArray floats,
      FloatArray input,
      FloatArray output,
      int countAt,
      int layerAt,
      int encoding,
      int rows,
      int columns) {
    int i = context.globalIdx;
    if (i < rows) {
      int count = pass.get(countAt);
      int row = pass.get(layerAt) * rows + i;
      for (int r = 0; r < count; r++) {
        output.set(
            r * rows + i, dot(vectors, floats, encoding, row, columns, input, r * columns, 0, 1));
      }
    }
  }

  /** As {@link ProjectionKernels#projectByGroup}. */
  public static void projectVectorsByGroup(
      KernelContext context,
      IntArray pass,
      VectorInt4 vectors,
      FloatArray floats,
      FloatArray input,
      FloatArray output,
      int countAt,
      int layerAt,
      int encoding,
      int rows,
      int columns) {
    float[] sums = context.allocateFloatLocalArray(ProjectionKernels.LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int count = pass.get(countAt);
    int row = pass.get(layerAt) * rows + i;
    for (int r = 0; r < count; r++) {
      sums[lane] =
          dot(
              vectors,
              floats,
              encoding,
              row,
              columns,
              input,
              r * columns,
              lane,
              ProjectionKernels.LANES);
      context.localBarrier();
      for (int half = ProjectionKernels.LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
        }
        context.localBarrier();
      }
      if (lane == 0) {
        output.set(r * rows + i, sums[0]);
      }
    }
  }
}
