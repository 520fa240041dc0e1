package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A matrix times the rows of an adapted pass, and what goes with it in one launch: the product with
 * the matrix down of what a draft adapter adds, or that only some tokens are scored.
 *
 * <p>Parameters that they share: {@code lowWords} and {@code lowFloats} are the matrices down,
 * [slots][lowRows][columns]; {@code scored} has 1 for each {@value AdapterKernels#TOKENS} tokens
 * that can be drafted and 0 for others, which get {@link AdapterKernels#IMPOSSIBLE}; the others are
 * {@link ProjectionKernels}'.
 */
public final class AdaptedProjectionKernels {
  /** Work-items of a group that works on one row of a matrix. */
  public static final int LANES = 64;

  /** Rows of activations that a group takes together. */
  private static final int TILE = 4;

  private AdaptedProjectionKernels() {}

  /**
   * One work-item a row of the matrix, and one a row of the matrix down.
   *
   * @param input [rows of the pass][columns]
   * @param output [rows of the pass][rows]
   * @param low [rows of the pass][lowRows]
   */
  public static void projectAndLowerByItem(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      IntArray lowWords,
      FloatArray lowFloats,
      FloatArray input,
      FloatArray output,
      FloatArray low,
      int encoding,
      int lowEncoding,
      int rows,
      int lowRows,
      int columns) {
    int i = context.globalIdx;
    int count = pass.get(PassBuffer.ROWS);
    if (i < rows) {
      int row = pass.get(PassBuffer.LAYER) * rows + i;
      for (int r = 0; r < count; r++) {
        output.set(
            r * rows + i,
            Encoding.dot(words, floats, encoding, row, columns, input, r * columns, 0, 1));
      }
    } else if (i < rows + lowRows) {
      lowerRow(pass, lowWords, lowFloats, input, low, lowEncoding, lowRows, columns, i - rows);
    }
  }

  /** A row of the matrix down, by one work-item. */
  private static void lowerRow(
      IntArray pass,
      IntArray lowWords,
      FloatArray lowFloats,
      FloatArray input,
      FloatArray low,
      int lowEncoding,
      int lowRows,
      int columns,
      int k) {
    int count = pass.get(PassBuffer.ROWS);
    int row = pass.get(PassBuffer.SLOT) * lowRows + k;
    for (int r = 0; r < count; r++) {
      low.set(
          r * lowRows + k,
          Encoding.dot(lowWords, lowFloats, lowEncoding, row, columns, input, r * columns, 0, 1));
    }
  }

  /** The row of the layer's matrix, or of the slot's matrix down, that a group works on. */
  private static int rowOf(IntArray pass, int i, int rows, int lowRows) {
    if (i < rows) {
      return pass.get(PassBuffer.LAYER) * rows + i;
    }
    return pass.get(PassBuffer.SLOT) * lowRows + i - rows;
  }

  /**
   * As {@link #projectAndLowerByItem}, one work-group a row, which decodes each of the matrix's
   * weights once for four rows of activations.
   */
  public static void projectAndLowerByGroup(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      IntArray lowWords,
      FloatArray lowFloats,
      FloatArray input,
      FloatArray output,
      FloatArray low,
      int encoding,
      int lowEncoding,
      int rows,
      int lowRows,
      int columns) {
    float[] sums = context.allocateFloatLocalArray(TILE * LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int count = pass.get(PassBuffer.ROWS);
    int row = rowOf(pass, i, rows, lowRows);
    int perWord = 1 << encoding;
    for (int first = 0; first < count; first += TILE) {
      // Where rows are missing the last one is taken again, and its products are not used.
      int last = count - 1 - first;
      int x0 = first * columns;
      int x1 = x0 + Math.min(1, last) * columns;
      int x2 = x0 + Math.min(2, last) * columns;
      int x3 = x0 + Math.min(3, last) * columns;
      float sum0 = 0f;
      float sum1 = 0f;
      float sum2 = 0f;
      float sum3 = 0f;
      if (i < rows) {
        for (int column = lane * perWord; column < columns; column += LANES * perWord) {
          int word = Encoding.word(words, encoding, columns, row, column);
          float scale = Encoding.scale(floats, encoding, columns, row, column);
          float minimum = Encoding.minimum(floats, encoding, columns, row, column);
          for (int k = 0; k < perWord; k++) {
            float weight = Encoding.weight(word, encoding, k, scale, minimum);
            sum0 += weight * input.get(x0 + column + k);
            sum1 += weight * input.get(x1 + column + k);
            sum2 += weight * input.get(x2 + column + k);
            sum3 += weight * input.get(x3 + column + k);
          }
        }
      } else {
        sum0 = Encoding.dot(lowWords, lowFloats, lowEncoding, row, columns, input, x0, lane, LANES);
        sum1 = Encoding.dot(lowWords, lowFloats, lowEncoding, row, columns, input, x1, lane, LANES);
        sum2 = Encoding.dot(lowWords, lowFloats, lowEncoding, row, columns, input, x2, lane, LANES);
        sum3 = Encoding.dot(lowWords, lowFloats, lowEncoding, row, columns, input, x3, lane, LANES);
      }
      sums[lane] = sum0;
      sums[LANES + lane] = sum1;
      sums[2 * LANES + lane] = sum2;
      sums[3 * LANES + lane] = sum3;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
          sums[LANES + lane] += sums[LANES + lane + half];
          sums[2 * LANES + lane] += sums[2 * LANES + lane + half];
          sums[3 * LANES + lane] += sums[3 * LANES + lane + half];
        }
        context.localBarrier();
      }
      if (lane < TILE && lane <= last) {
        if (i < rows) {
          output.set((first + lane) * rows + i, sums[lane * LANES]);
        } else {
          low.set((first + lane) * lowRows + i - rows, sums[lane * LANES]);
        }
      }
      context.localBarrier();
    }
  }

  /** As {@link #projectAndLowerByItem}, of a matrix of {@link Encoding#NATIVE_HALF}. */
  public static void projectHalvesAndLowerByItem(
      KernelContext context,
      IntArray pass,
      HalfFloatArray halves,
      IntArray lowWords,
      FloatArray lowFloats,
      FloatArray input,
      FloatArray output,
      FloatArray low,
      int lowEncoding,
      int rows,
      int lowRows,
      int columns) {
    int i = context.globalIdx;
    int count = pass.get(PassBuffer.ROWS);
    if (i < rows) {
      int row = pass.get(PassBuffer.LAYER) * rows + i;
      for (int r = 0; r < count; r++) {
        output.set(
            r * rows + i,
            HalfProjectionKernels.dot(halves, row, columns, input, r * columns, 0, 1));
      }
    } else if (i < rows + lowRows) {
      lowerRow(pass, lowWords, lowFloats, input, low, lowEncoding, lowRows, columns, i - rows);
    }
  }

  /** As {@link #projectHalvesAndLowerByItem}, one work-group a row. */
  public static void projectHalvesAndLowerByGroup(
      KernelContext context,
      IntArray pass,
      HalfFloatArray halves,
      IntArray lowWords,
      FloatArray lowFloats,
      FloatArray input,
      FloatArray output,
      FloatArray low,
      int lowEncoding,
      int rows,
      int lowRows,
      int columns) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int count = pass.get(PassBuffer.ROWS);
    int row = rowOf(pass, i, rows, lowRows);
    for (int r = 0; r < count; r++) {
      int from = r * columns;
      if (i < rows) {
        sums[lane] = HalfProjectionKernels.dot(halves, row, columns, input, from, lane, LANES);
      } else {
        sums[lane] =
            Encoding.dot(lowWords, lowFloats, lowEncoding, row, columns, input, from, lane, LANES);
      }
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
        }
        context.localBarrier();
      }
      if (lane == 0) {
        if (i < rows) {
          output.set(r * rows + i, sums[0]);
        } else {
          low.set(r * lowRows + i - rows, sums[0]);
        }
      }
    }
  }

  /**
   * Logits of the tokens that can be drafted, one work-item a token.
   *
   * @param input [logit rows][columns]
   * @param logits [logit rows][rows]
   */
  public static void projectSomeByItem(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      IntArray scored,
      FloatArray input,
      FloatArray logits,
      int encoding,
      int rows,
      int columns) {
    int i = context.globalIdx;
    if (i < rows) {
      int count = pass.get(PassBuffer.LOGIT_ROWS);
      int isScored = scored.get(i / AdapterKernels.TOKENS);
      for (int r = 0; r < count; r++) {
        float logit = AdapterKernels.IMPOSSIBLE;
        if (isScored != 0) {
          logit = Encoding.dot(words, floats, encoding, i, columns, input, r * columns, 0, 1);
        }
        logits.set(r * rows + i, logit);
      }
    }
  }

  /** As {@link #projectSomeByItem}, one work-group a token, four rows of activations at a time. */
  public static void projectSomeByGroup(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      IntArray scored,
      FloatArray input,
      FloatArray logits,
      int encoding,
      int rows,
      int columns) {
    float[] sums = context.allocateFloatLocalArray(TILE * LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int count = pass.get(PassBuffer.LOGIT_ROWS);
    int perWord = 1 << encoding;
    // All rows or none.
    int products = count * scored.get(i / AdapterKernels.TOKENS);
    for (int r = products + lane; r < count; r += LANES) {
      logits.set(r * rows + i, AdapterKernels.IMPOSSIBLE);
    }
    for (int first = 0; first < products; first += TILE) {
      int last = products - 1 - first;
      int x0 = first * columns;
      int x1 = x0 + Math.min(1, last) * columns;
      int x2 = x0 + Math.min(2, last) * columns;
      int x3 = x0 + Math.min(3, last) * columns;
      float sum0 = 0f;
      float sum1 = 0f;
      float sum2 = 0f;
      float sum3 = 0f;
      for (int column = lane * perWord; column < columns; column += LANES * perWord) {
        int word = Encoding.word(words, encoding, columns, i, column);
        float scale = Encoding.scale(floats, encoding, columns, i, column);
        float minimum = Encoding.minimum(floats, encoding, columns, i, column);
        for (int k = 0; k < perWord; k++) {
          float weight = Encoding.weight(word, encoding, k, scale, minimum);
          sum0 += weight * input.get(x0 + column + k);
          sum1 += weight * input.get(x1 + column + k);
          sum2 += weight * input.get(x2 + column + k);
          sum3 += weight * input.get(x3 + column + k);
        }
      }
      sums[lane] = sum0;
      sums[LANES + lane] = sum1;
      sums[2 * LANES + lane] = sum2;
      sums[3 * LANES + lane] = sum3;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
          sums[LANES + lane] += sums[LANES + lane + half];
          sums[2 * LANES + lane] += sums[2 * LANES + lane + half];
          sums[3 * LANES + lane] += sums[3 * LANES + lane + half];
        }
        context.localBarrier();
      }
      if (lane < TILE && lane <= last) {
        logits.set((first + lane) * rows + i, sums[lane * LANES]);
      }
      context.localBarrier();
    }
  }

  /** As {@link #projectSomeByItem}, of a matrix of {@link Encoding#NATIVE_HALF}. */
  public static void projectSomeHalvesByItem(
      KernelContext context,
      IntArray pass,
      HalfFloatArray halves,
      IntArray scored,
      FloatArray input,
      FloatArray logits,
      int rows,
      int columns) {
    int i = context.globalIdx;
    if (i < rows) {
      int count = pass.get(PassBuffer.LOGIT_ROWS);
      int isScored = scored.get(i / AdapterKernels.TOKENS);
      for (int r = 0; r < count; r++) {
        float logit = AdapterKernels.IMPOSSIBLE;
        if (isScored != 0) {
          logit = HalfProjectionKernels.dot(halves, i, columns, input, r * columns, 0, 1);
        }
        logits.set(r * rows + i, logit);
      }
    }
  }

  /** As {@link #projectSomeHalvesByItem}, one work-group a token. */
  public static void projectSomeHalvesByGroup(
      KernelContext context,
      IntArray pass,
      HalfFloatArray halves,
      IntArray scored,
      FloatArray input,
      FloatArray logits,
      int rows,
      int columns) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int count = pass.get(PassBuffer.LOGIT_ROWS);
    // All rows or none.
    int products = count * scored.get(i / AdapterKernels.TOKENS);
    for (int r = products + lane; r < count; r += LANES) {
      logits.set(r * rows + i, AdapterKernels.IMPOSSIBLE);
    }
    for (int r = 0; r < products; r++) {
      sums[lane] = HalfProjectionKernels.dot(halves, i, columns, input, r * columns, lane, LANES);
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
        }
        context.localBarrier();
      }
      if (lane == 0) {
        logits.set(r * rows + i, sums[0]);
      }
    }
  }
}
