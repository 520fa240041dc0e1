package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link ProjectionKernels} with matrix fragments, for devices with tensor cores. A group has a
 * warp for each {@value #SIDE} rows of activations, up to {@value #WARPS}, and computes {@value
 * #SIDE} rows of the matrix for them.
 *
 * <p>Fragments multiply float16 numbers and sum in float32. A number x is taken as two, high =
 * half(x) and low = half(2048 (x - high)). The products of high parts and those of a high and a low
 * part are summed apart, which makes results about as exact as those of float32; what is beyond the
 * largest float16 is cut off.
 *
 * <p>Fragments are written whole: the output needs room for a multiple of {@value #SIDE} rows of
 * activations, and the matrix a multiple of 8 rows. What lies behind the pass's rows is kept.
 */
public final class FragmentKernels {
  /** Work-items that share a fragment. */
  public static final int WARP = 32;

  /** Most warps of a group. */
  public static final int WARPS = 4;

  /** Rows and columns of a fragment of activations, and the matrix's rows of a group. */
  public static final int SIDE = 16;

  /** Words of a fragment of activations, two numbers each. */
  private static final int TILE_OF_INPUT = SIDE * SIDE / 2;

  /** Words of a fragment of weights. */
  private static final int TILE_OF_WEIGHTS = SIDE * 8 / 2;

  /** What low parts are multiplied with, so that those of small numbers are exact, too. */
  private static final float LOW = 2048f;

  private FragmentKernels() {}

  /** The bits of what a number's high part leaves, times {@link #LOW}. */
  private static int lowBits(float value, int high) {
    return Encoding.halfBits((value - Encoding.half(high)) * LOW);
  }

  /** For weights of words and floats, decoded into local memory. */
  public static void projectFragments(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      FloatArray input,
      FloatArray output,
      int countAt,
      int layerAt,
      int encoding,
      int rows,
      int columns) {
    int[] inputHigh = context.allocateIntLocalArray(WARPS * TILE_OF_INPUT);
    int[] inputLow = context.allocateIntLocalArray(WARPS * TILE_OF_INPUT);
    int[] weightHigh = context.allocateIntLocalArray(2 * TILE_OF_WEIGHTS);
    int[] weightLow = context.allocateIntLocalArray(2 * TILE_OF_WEIGHTS);
    float[] kept = context.allocateFloatLocalArray(WARPS * SIDE * SIDE);
    int size = context.localGroupSizeX;
    int item = context.localIdx;
    int warp = item / WARP;
    int inputRows = size / WARP * SIDE;
    int tilesAcross = (rows + SIDE - 1) / SIDE;
    int firstOutput = context.groupIdx % tilesAcross * SIDE;
    int firstInput = context.groupIdx / tilesAcross * inputRows;
    int count = pass.get(countAt);
    int layer = pass.get(layerAt);
    if (firstInput < count) {
      float[] left = context.mmaFragment(0f);
      float[] right = context.mmaFragment(0f);
      float[] leftRest = context.mmaFragment(0f);
      float[] rightRest = context.mmaFragment(0f);
      for (int first = 0; first < columns; first += SIDE) {
        for (int at = item; at < inputRows * SIDE / 2; at += size) {
          int r = firstInput + at / (SIDE / 2);
          int column = first + at % (SIDE / 2) * 2;
          float x0 = 0f;
          float x1 = 0f;
          if (r < count && column < columns) {
            x0 = input.get(r * columns + column);
          }
          if (r < count && column + 1 < columns) {
            x1 = input.get(r * columns + column + 1);
          }
          int high0 = Encoding.halfBits(x0);
          int high1 = Encoding.halfBits(x1);
          inputHigh[at] = high0 | (high1 << 16);
          inputLow[at] = lowBits(x0, high0) | (lowBits(x1, high1) << 16);
        }
        for (int at = item; at < 2 * TILE_OF_WEIGHTS; at += size) {
          int column = first + at % TILE_OF_WEIGHTS / 4;
          int i = firstOutput + at / TILE_OF_WEIGHTS * 8 + at % 4 * 2;
          float w0 = 0f;
          float w1 = 0f;
          if (column < columns && i < rows) {
            int row = layer * rows + i;
            int k = column & ((1 << encoding) - 1);
            w0 =
                Encoding.weight(
                    Encoding.word(words, encoding, columns, row, column),
                    encoding,
                    k,
                    Encoding.scale(floats, encoding, columns, row, column),
                    Encoding.minimum(floats, encoding, columns, row, column));
            w1 =
                Encoding.weight(
                    Encoding.word(words, encoding, columns, row + 1, column),
                    encoding,
                    k,
                    Encoding.scale(floats, encoding, columns, row + 1, column),
                    Encoding.minimum(floats, encoding, columns, row + 1, column));
          }
          int high0 = Encoding.halfBits(w0);
          int high1 = Encoding.halfBits(w1);
          weightHigh[at] = high0 | (high1 << 16);
          weightLow[at] = lowBits(w0, high0) | (lowBits(w1, high1) << 16);
        }
        context.localBarrier();
        HalfFloat[] high = context.mmaLoadA(inputHigh, SIDE, warp * TILE_OF_INPUT * 4);
        HalfFloat[] low = context.mmaLoadA(inputLow, SIDE, warp * TILE_OF_INPUT * 4);
        HalfFloat[] leftHigh = context.mmaLoadB(weightHigh, SIDE, 0);
        HalfFloat[] rightHigh = context.mmaLoadB(weightHigh, SIDE, TILE_OF_WEIGHTS * 4);
        left = context.mma(high, leftHigh, left, MMAShape.M16N8K16);
        leftRest = context.mma(low, leftHigh, leftRest, MMAShape.M16N8K16);
        right = context.mma(high, rightHigh, right, MMAShape.M16N8K16);
        rightRest = context.mma(low, rightHigh, rightRest, MMAShape.M16N8K16);
        HalfFloat[] leftLow = context.mmaLoadB(weightLow, SIDE, 0);
        HalfFloat[] rightLow = context.mmaLoadB(weightLow, SIDE, TILE_OF_WEIGHTS * 4);
        leftRest = context.mma(high, leftLow, leftRest, MMAShape.M16N8K16);
        rightRest = context.mma(high, rightLow, rightRest, MMAShape.M16N8K16);
        context.localBarrier();
      }
      int end = firstInput + (count - firstInput + SIDE - 1) / SIDE * SIDE;
      for (int at = item; at < inputRows * SIDE; at += size) {
        int r = firstInput + at / SIDE;
        int i = firstOutput + at % SIDE;
        if (r >= count && r < end && i < rows) {
          kept[at] = output.get(r * rows + i);
        }
      }
      context.globalBarrier();
      int tile = firstInput + warp * SIDE;
      if (tile < count) {
        context.mmaStore(left, output, tile, firstOutput, rows);
        if (firstOutput + 8 < rows) {
          context.mmaStore(right, output, tile, firstOutput + 8, rows);
        }
      }
      context.globalBarrier();
      for (int at = item; at < inputRows * SIDE; at += size) {
        int r = firstInput + at / SIDE;
        int i = firstOutput + at % SIDE;
        if (r < count && i < rows) {
          kept[at] = output.get(r * rows + i);
        }
      }
      context.globalBarrier();
      if (tile < count) {
        context.mmaStore(leftRest, output, tile, firstOutput, rows);
        if (firstOutput + 8 < rows) {
          context.mmaStore(rightRest, output, tile, firstOutput + 8, rows);
        }
      }
      context.globalBarrier();
      for (int at = item; at < inputRows * SIDE; at += size) {
        int r = firstInput + at / SIDE;
        int i = firstOutput + at % SIDE;
        if (r < end && i < rows) {
          float rest = r < count ? output.get(r * rows + i) / LOW : 0f;
          output.set(r * rows + i, kept[at] + rest);
        }
      }
    }
  }

  /** For weights of {@link Encoding#NATIVE_HALF}, which need no low part. */
  public static void projectHalvesFragments(
      KernelContext context,
      IntArray pass,
      HalfFloatArray halves,
      FloatArray input,
      FloatArray output,
      int countAt,
      int layerAt,
      int rows,
      int columns) {
    int[] inputHigh = context.allocateIntLocalArray(WARPS * TILE_OF_INPUT);
    int[] inputLow = context.allocateIntLocalArray(WARPS * TILE_OF_INPUT);
    int[] weightHigh = context.allocateIntLocalArray(2 * TILE_OF_WEIGHTS);
    float[] kept = context.allocateFloatLocalArray(WARPS * SIDE * SIDE);
    int size = context.localGroupSizeX;
    int item = context.localIdx;
    int warp = item / WARP;
    int inputRows = size / WARP * SIDE;
    int tilesAcross = (rows + SIDE - 1) / SIDE;
    int firstOutput = context.groupIdx % tilesAcross * SIDE;
    int firstInput = context.groupIdx / tilesAcross * inputRows;
    int count = pass.get(countAt);
    int layer = pass.get(layerAt);
    if (firstInput < count) {
      float[] left = context.mmaFragment(0f);
      float[] right = context.mmaFragment(0f);
      float[] leftRest = context.mmaFragment(0f);
      float[] rightRest = context.mmaFragment(0f);
      for (int first = 0; first < columns; first += SIDE) {
        for (int at = item; at < inputRows * SIDE / 2; at += size) {
          int r = firstInput + at / (SIDE / 2);
          int column = first + at % (SIDE / 2) * 2;
          float x0 = 0f;
          float x1 = 0f;
          if (r < count && column < columns) {
            x0 = input.get(r * columns + column);
          }
          if (r < count && column + 1 < columns) {
            x1 = input.get(r * columns + column + 1);
          }
          int high0 = Encoding.halfBits(x0);
          int high1 = Encoding.halfBits(x1);
          inputHigh[at] = high0 | (high1 << 16);
          inputLow[at] = lowBits(x0, high0) | (lowBits(x1, high1) << 16);
        }
        for (int at = item; at < 2 * TILE_OF_WEIGHTS; at += size) {
          int column = first + at % TILE_OF_WEIGHTS / 4;
          int i = firstOutput + at / TILE_OF_WEIGHTS * 8 + at % 4 * 2;
          int pair = 0;
          if (column < columns && i < rows) {
            int from = (layer * rows + i) * columns + column;
            int low0 = halves.get(from).getHalfFloatValue() & 0xFFFF;
            int low1 = halves.get(from + columns).getHalfFloatValue() & 0xFFFF;
            pair = low0 | (low1 << 16);
          }
          weightHigh[at] = pair;
        }
        context.localBarrier();
        HalfFloat[] high = context.mmaLoadA(inputHigh, SIDE, warp * TILE_OF_INPUT * 4);
        HalfFloat[] low = context.mmaLoadA(inputLow, SIDE, warp * TILE_OF_INPUT * 4);
        HalfFloat[] leftHigh = context.mmaLoadB(weightHigh, SIDE, 0);
        HalfFloat[] rightHigh = context.mmaLoadB(weightHigh, SIDE, TILE_OF_WEIGHTS * 4);
        left = context.mma(high, leftHigh, left, MMAShape.M16N8K16);
        leftRest = context.mma(low, leftHigh, leftRest, MMAShape.M16N8K16);
        right = context.mma(high, rightHigh, right, MMAShape.M16N8K16);
        rightRest = context.mma(low, rightHigh, rightRest, MMAShape.M16N8K16);
        context.localBarrier();
      }
      int end = firstInput + (count - firstInput + SIDE - 1) / SIDE * SIDE;
      for (int at = item; at < inputRows * SIDE; at += size) {
        int r = firstInput + at / SIDE;
        int i = firstOutput + at % SIDE;
        if (r >= count && r < end && i < rows) {
          kept[at] = output.get(r * rows + i);
        }
      }
      context.globalBarrier();
      int tile = firstInput + warp * SIDE;
      if (tile < count) {
        context.mmaStore(left, output, tile, firstOutput, rows);
        if (firstOutput + 8 < rows) {
          context.mmaStore(right, output, tile, firstOutput + 8, rows);
        }
      }
      context.globalBarrier();
      for (int at = item; at < inputRows * SIDE; at += size) {
        int r = firstInput + at / SIDE;
        int i = firstOutput + at % SIDE;
        if (r < count && i < rows) {
          kept[at] = output.get(r * rows + i);
        }
      }
      context.globalBarrier();
      if (tile < count) {
        context.mmaStore(leftRest, output, tile, firstOutput, rows);
        if (firstOutput + 8 < rows) {
          context.mmaStore(rightRest, output, tile, firstOutput + 8, rows);
        }
      }
      context.globalBarrier();
      for (int at = item; at < inputRows * SIDE; at += size) {
        int r = firstInput + at / SIDE;
        int i = firstOutput + at % SIDE;
        if (r < end && i < rows) {
          float rest = r < count ? output.get(r * rows + i) / LOW : 0f;
          output.set(r * rows + i, kept[at] + rest);
        }
      }
    }
  }
}
