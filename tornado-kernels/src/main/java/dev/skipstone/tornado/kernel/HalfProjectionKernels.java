package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link ProjectionKernels} for matrices of {@link Encoding#NATIVE_HALF}, [layers * rows][columns],
 * on devices that have half. Sums are in float32.
 */
public final class HalfProjectionKernels {
  private HalfProjectionKernels() {}

  /** Columns lane, lane + lanes, and so on of a row's product. */
  static float dot(
      HalfFloatArray halves,
      int row,
      int columns,
      FloatArray input,
      int from,
      int lane,
      int lanes) {
    float sum = 0f;
    for (int column = lane; column < columns; column += lanes) {
      sum += halves.get(row * columns + column).getFloat32() * input.get(from + column);
    }
    return sum;
  }

  /** As {@link ProjectionKernels#projectByItem}. */
  public static void projectHalvesByItem(
      KernelContext context,
      IntArray pass,
      HalfFloatArray halves,
      FloatArray input,
      FloatArray output,
      int countAt,
      int layerAt,
      int rows,
      int columns) {
    int i = context.globalIdx;
    if (i < rows) {
      int count = pass.get(countAt);
      int row = pass.get(layerAt) * rows + i;
      for (int r = 0; r < count; r++) {
        output.set(r * rows + i, dot(halves, row, columns, input, r * columns, 0, 1));
      }
    }
  }

  /** As {@link ProjectionKernels#projectByGroup}. */
  public static void projectHalvesByGroup(
      KernelContext context,
      IntArray pass,
      HalfFloatArray halves,
      FloatArray input,
      FloatArray output,
      int countAt,
      int layerAt,
      int rows,
      int columns) {
    float[] sums = context.allocateFloatLocalArray(ProjectionKernels.LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int count = pass.get(countAt);
    int row = pass.get(layerAt) * rows + i;
    for (int r = 0; r < count; r++) {
      sums[lane] = dot(halves, row, columns, input, r * columns, lane, ProjectionKernels.LANES);
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

  /** As {@link ProjectionKernels#projectTiled}. */
  public static void projectHalvesTiled(
      KernelContext context,
      IntArray pass,
      HalfFloatArray halves,
      FloatArray input,
      FloatArray output,
      int countAt,
      int layerAt,
      int rows,
      int columns) {
    float[] weightTile =
        context.allocateFloatLocalArray(ProjectionKernels.SIDE * ProjectionKernels.SIDE);
    float[] inputTile =
        context.allocateFloatLocalArray(ProjectionKernels.SIDE * ProjectionKernels.SIDE);
    int tilesAcross = (rows + ProjectionKernels.SIDE - 1) / ProjectionKernels.SIDE;
    int firstOutput = context.groupIdx % tilesAcross * ProjectionKernels.SIDE;
    int firstInput = context.groupIdx / tilesAcross * ProjectionKernels.SIDE;
    int x = context.localIdx % ProjectionKernels.SIDE;
    int y = context.localIdx / ProjectionKernels.SIDE;
    int count = pass.get(countAt);
    int layer = pass.get(layerAt);
    if (firstInput < count) {
      float sum = 0f;
      for (int first = 0; first < columns; first += ProjectionKernels.SIDE) {
        int column = first + x;
        float weight = 0f;
        float value = 0f;
        if (column < columns && firstOutput + y < rows) {
          int row = layer * rows + firstOutput + y;
          weight = halves.get(row * columns + column).getFloat32();
        }
        if (column < columns && firstInput + y < count) {
          value = input.get((firstInput + y) * columns + column);
        }
        weightTile[y * ProjectionKernels.SIDE + x] = weight;
        inputTile[y * ProjectionKernels.SIDE + x] = value;
        context.localBarrier();
        for (int c = 0; c < ProjectionKernels.SIDE; c++) {
          sum +=
              weightTile[x * ProjectionKernels.SIDE + c]
                  * inputTile[y * ProjectionKernels.SIDE + c];
        }
        context.localBarrier();
      }
      if (firstInput + y < count && firstOutput + x < rows) {
        output.set((firstInput + y) * rows + firstOutput + x, sum);
      }
    }
  }
}
