package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A matrix times the rows of a pass: output[r][i] = sum over c of W[i][c] input[r][c]. All kernels
 * here take a matrix as {@link Encoding} has it, [layers * rows][columns].
 *
 * <p>Parameters that they share: {@code countAt} is the place in the pass's buffer of the number of
 * rows of activations, {@code layerAt} that of the layer; {@code rows} and {@code columns} are the
 * matrix's.
 *
 * <p>A group that takes the sum of one row at a time needs no barrier behind it: only lane 0 reads
 * the sum, and only lane 0 writes that element in the next row.
 */
public final class ProjectionKernels {
  /** Work-items of a group that works on one row of the matrix. */
  public static final int LANES = 64;

  /** Rows of activations that {@link #projectFourByGroup} takes together. */
  private static final int TILE = 4;

  /** Side of {@link #projectTiled}'s tiles; a group has this many work-items squared. */
  public static final int SIDE = 16;

  private ProjectionKernels() {}

  /**
   * One work-item a row of the matrix.
   *
   * @param input [count][columns]
   * @param output [count][rows]
   */
  public static void projectByItem(
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
    int i = context.globalIdx;
    if (i < rows) {
      int count = pass.get(countAt);
      int row = pass.get(layerAt) * rows + i;
      for (int r = 0; r < count; r++) {
        output.set(
            r * rows + i,
            Encoding.dot(words, floats, encoding, row, columns, input, r * columns, 0, 1));
      }
    }
  }

  /** As {@link #projectByItem}, one work-group a row of the matrix, which sums in local memory. */
  public static void projectByGroup(
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
    float[] sums = context.allocateFloatLocalArray(LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int count = pass.get(countAt);
    int row = pass.get(layerAt) * rows + i;
    for (int r = 0; r < count; r++) {
      sums[lane] =
          Encoding.dot(words, floats, encoding, row, columns, input, r * columns, lane, LANES);
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
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

  /**
   * RMSNorm and projection in one, one work-group a row of the matrix: each group norms the
   * activations for itself, in the order of {@link NormKernels#normByGroup}. Starts a sublayer.
   *
   * @param residual [rows][columns]
   * @param normWeight [layers][columns]
   */
  public static void normAndProjectByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray residual,
      FloatArray normWeight,
      IntArray words,
      FloatArray floats,
      FloatArray output,
      int encoding,
      int rows,
      int columns,
      float epsilon) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP);
    int layer = pass.get(step);
    if (context.globalIdx == 0) {
      pass.set(PassBuffer.LAYER, layer);
      pass.set(PassBuffer.SLOT, pass.get(step + 1));
    }
    int count = pass.get(PassBuffer.ROWS);
    int row = layer * rows + i;
    int perWord = 1 << encoding;
    for (int r = 0; r < count; r++) {
      float squares = 0f;
      for (int c = lane; c < columns; c += LANES) {
        float x = residual.get(r * columns + c);
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
      float factor = 1f / TornadoMath.sqrt(sums[0] / columns + epsilon);
      context.localBarrier();
      float sum = 0f;
      for (int column = lane * perWord; column < columns; column += LANES * perWord) {
        int word = Encoding.word(words, encoding, columns, row, column);
        float scale = Encoding.scale(floats, encoding, columns, row, column);
        float minimum = Encoding.minimum(floats, encoding, columns, row, column);
        for (int k = 0; k < perWord; k++) {
          float x = residual.get(r * columns + column + k);
          float normed = x * factor * normWeight.get(layer * columns + column + k);
          sum += Encoding.weight(word, encoding, k, scale, minimum) * normed;
        }
      }
      sums[lane] = sum;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
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

  /**
   * As {@link #projectByGroup} for passes of several rows: each weight is decoded once for four
   * rows of activations. A row's operations and their order are the same as there.
   */
  public static void projectFourByGroup(
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
    float[] sums = context.allocateFloatLocalArray(TILE * LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int count = pass.get(countAt);
    int row = pass.get(layerAt) * rows + i;
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
        output.set((first + lane) * rows + i, sums[lane * LANES]);
      }
      context.localBarrier();
    }
  }

  /**
   * For prompts: a group computes a tile of {@value #SIDE} rows of activations and {@value #SIDE}
   * rows of the matrix, columns that many at a time through local memory. Sums run over the columns
   * in order, as in {@link #projectByItem}.
   */
  public static void projectTiled(
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
    float[] weightTile = context.allocateFloatLocalArray(SIDE * SIDE);
    float[] inputTile = context.allocateFloatLocalArray(SIDE * SIDE);
    int tilesAcross = (rows + SIDE - 1) / SIDE;
    int firstOutput = context.groupIdx % tilesAcross * SIDE;
    int firstInput = context.groupIdx / tilesAcross * SIDE;
    int x = context.localIdx % SIDE;
    int y = context.localIdx / SIDE;
    int count = pass.get(countAt);
    int layer = pass.get(layerAt);
    if (firstInput < count) {
      float sum = 0f;
      for (int first = 0; first < columns; first += SIDE) {
        int column = first + x;
        float weight = 0f;
        float value = 0f;
        if (column < columns && firstOutput + y < rows) {
          int row = layer * rows + firstOutput + y;
          weight =
              Encoding.weight(
                  Encoding.word(words, encoding, columns, row, column),
                  encoding,
                  column & ((1 << encoding) - 1),
                  Encoding.scale(floats, encoding, columns, row, column),
                  Encoding.minimum(floats, encoding, columns, row, column));
        }
        if (column < columns && firstInput + y < count) {
          value = input.get((firstInput + y) * columns + column);
        }
        weightTile[y * SIDE + x] = weight;
        inputTile[y * SIDE + x] = value;
        context.localBarrier();
        for (int c = 0; c < SIDE; c++) {
          sum += weightTile[x * SIDE + c] * inputTile[y * SIDE + c];
        }
        context.localBarrier();
      }
      if (firstInput + y < count && firstOutput + x < rows) {
        output.set((firstInput + y) * rows + firstOutput + x, sum);
      }
    }
  }

  /**
   * Projection and residual in one, one work-item a row of the matrix: residual[r][i] += the
   * product. Ends a sublayer.
   *
   * @param residual [count][rows]
   */
  public static void addByItem(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      FloatArray input,
      FloatArray residual,
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
        float product =
            Encoding.dot(words, floats, encoding, row, columns, input, r * columns, 0, 1);
        residual.set(r * rows + i, residual.get(r * rows + i) + product);
      }
    }
    if (i == 0) {
      pass.set(PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
    }
  }

  /** As {@link #addByItem}, one work-group a row of the matrix. */
  public static void addByGroup(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      FloatArray input,
      FloatArray residual,
      int countAt,
      int layerAt,
      int encoding,
      int rows,
      int columns) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int count = pass.get(countAt);
    int row = pass.get(layerAt) * rows + i;
    for (int r = 0; r < count; r++) {
      sums[lane] =
          Encoding.dot(words, floats, encoding, row, columns, input, r * columns, lane, LANES);
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          sums[lane] += sums[lane + half];
        }
        context.localBarrier();
      }
      if (lane == 0) {
        residual.set(r * rows + i, residual.get(r * rows + i) + sums[0]);
      }
    }
    if (context.globalIdx == 0) {
      pass.set(PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
    }
  }

  /**
   * Gate, up and activation in one, one work-item a channel: gated[r][i] = activation(G[i] .
   * input[r]) * (U[i] . input[r]), the matrix being G's rows and then U's.
   *
   * @param gated [count][rows / 2]
   * @param rows of both
   */
  public static void gateByItem(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      FloatArray input,
      FloatArray gated,
      int activation,
      int encoding,
      int rows,
      int columns) {
    int i = context.globalIdx;
    int hidden = rows / 2;
    if (i < hidden) {
      int count = pass.get(PassBuffer.ROWS);
      int row = pass.get(PassBuffer.LAYER) * rows + i;
      for (int r = 0; r < count; r++) {
        int from = r * columns;
        float gate = Encoding.dot(words, floats, encoding, row, columns, input, from, 0, 1);
        float up = Encoding.dot(words, floats, encoding, row + hidden, columns, input, from, 0, 1);
        gated.set(r * hidden + i, ElementKernels.gated(activation, gate, up));
      }
    }
  }

  /** As {@link #gateByItem}, one work-group a channel. */
  public static void gateByGroup(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      FloatArray input,
      FloatArray gated,
      int activation,
      int encoding,
      int rows,
      int columns) {
    float[] gates = context.allocateFloatLocalArray(LANES);
    float[] ups = context.allocateFloatLocalArray(LANES);
    int i = context.groupIdx;
    int lane = context.localIdx;
    int hidden = rows / 2;
    int count = pass.get(PassBuffer.ROWS);
    int row = pass.get(PassBuffer.LAYER) * rows + i;
    for (int r = 0; r < count; r++) {
      int from = r * columns;
      gates[lane] = Encoding.dot(words, floats, encoding, row, columns, input, from, lane, LANES);
      ups[lane] =
          Encoding.dot(words, floats, encoding, row + hidden, columns, input, from, lane, LANES);
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          gates[lane] += gates[lane + half];
          ups[lane] += ups[lane + half];
        }
        context.localBarrier();
      }
      if (lane == 0) {
        gated.set(r * hidden + i, ElementKernels.gated(activation, gates[0], ups[0]));
      }
    }
  }
}
