package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Tiles whose blocks are unpacked to float32 and multiplied with float32 activations; the type is
 * its {@link BlockUnpacker}.
 */
record FloatTiles(BlockUnpacker unpacker) implements TileFormat {

  @Override
  public int blockBytes() {
    return unpacker.blockBytes();
  }

  @Override
  public boolean quantizedActivations() {
    return false;
  }

  @Override
  public void pack(
      MemorySegment source,
      long sourceOffset,
      int columns,
      MemorySegment target,
      long block,
      int n,
      int row) {
    unpacker.pack(source, sourceOffset, columns, target, block, n, row);
  }

  @Override
  public float value(MemorySegment tiles, long block, int n, int row, int column) {
    return unpacker.value(tiles, block, n, row, column);
  }

  @Override
  public void multiply(
      MemorySegment tiles,
      long tile,
      int n,
      int blocks,
      Activations input,
      int rows,
      float[] output,
      int offset,
      int stride,
      TileScratch scratch) {
    for (int r = 0; r < rows; r++) {
      Arrays.fill(output, offset + r * stride, offset + r * stride + n, 0);
    }
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      unpacker.unpack(tiles, block, n, scratch);
      int r = 0;
      for (; r + 1 < rows; r += 2) {
        int column = r * input.stride() + b * BLOCK;
        for (int c = 0; c < BLOCK; c += 8) {
          addEightOfTwoRows(
              scratch.values, c * n, n, input, column + c, output, offset + r * stride, stride);
        }
      }
      if (r < rows) {
        int column = r * input.stride() + b * BLOCK;
        for (int c = 0; c < BLOCK; c += 8) {
          addEight(
              scratch.values, c * n, n, input.values(), column + c, output, offset + r * stride);
        }
      }
      block += (long) blockBytes() * n;
    }
  }

  /** output[i] += the products of eight columns; two chains, so that additions overlap. */
  private static void addEight(
      float[] values, int from, int n, float[] x, int c, float[] output, int to) {
    FloatVector x0 = FloatVector.broadcast(Lanes.FLOAT, x[c]);
    FloatVector x1 = FloatVector.broadcast(Lanes.FLOAT, x[c + 1]);
    FloatVector x2 = FloatVector.broadcast(Lanes.FLOAT, x[c + 2]);
    FloatVector x3 = FloatVector.broadcast(Lanes.FLOAT, x[c + 3]);
    FloatVector x4 = FloatVector.broadcast(Lanes.FLOAT, x[c + 4]);
    FloatVector x5 = FloatVector.broadcast(Lanes.FLOAT, x[c + 5]);
    FloatVector x6 = FloatVector.broadcast(Lanes.FLOAT, x[c + 6]);
    FloatVector x7 = FloatVector.broadcast(Lanes.FLOAT, x[c + 7]);
    for (int i = 0; i < n; i += Lanes.FLOATS) {
      int k = from + i;
      FloatVector even = FloatVector.fromArray(Lanes.FLOAT, output, to + i);
      even = FloatVector.fromArray(Lanes.FLOAT, values, k).fma(x0, even);
      FloatVector odd = FloatVector.fromArray(Lanes.FLOAT, values, k + n).mul(x1);
      even = FloatVector.fromArray(Lanes.FLOAT, values, k + 2 * n).fma(x2, even);
      odd = FloatVector.fromArray(Lanes.FLOAT, values, k + 3 * n).fma(x3, odd);
      even = FloatVector.fromArray(Lanes.FLOAT, values, k + 4 * n).fma(x4, even);
      odd = FloatVector.fromArray(Lanes.FLOAT, values, k + 5 * n).fma(x5, odd);
      even = FloatVector.fromArray(Lanes.FLOAT, values, k + 6 * n).fma(x6, even);
      odd = FloatVector.fromArray(Lanes.FLOAT, values, k + 7 * n).fma(x7, odd);
      even.add(odd).intoArray(output, to + i);
    }
  }

  /**
   * As {@link #addEight} for two rows of activations, which then share the loads of weights. A
   * row's operations and their order are the same, so that its result is.
   *
   * @param c the columns' start in the first row
   * @param to where the first row's output starts; the second's is {@code stride} behind
   */
  private static void addEightOfTwoRows(
      float[] values,
      int from,
      int n,
      Activations input,
      int c,
      float[] output,
      int to,
      int stride) {
    float[] x = input.values();
    int d = c + input.stride();
    FloatVector x0 = FloatVector.broadcast(Lanes.FLOAT, x[c]);
    FloatVector x1 = FloatVector.broadcast(Lanes.FLOAT, x[c + 1]);
    FloatVector x2 = FloatVector.broadcast(Lanes.FLOAT, x[c + 2]);
    FloatVector x3 = FloatVector.broadcast(Lanes.FLOAT, x[c + 3]);
    FloatVector x4 = FloatVector.broadcast(Lanes.FLOAT, x[c + 4]);
    FloatVector x5 = FloatVector.broadcast(Lanes.FLOAT, x[c + 5]);
    FloatVector x6 = FloatVector.broadcast(Lanes.FLOAT, x[c + 6]);
    FloatVector x7 = FloatVector.broadcast(Lanes.FLOAT, x[c + 7]);
    FloatVector y0 = FloatVector.broadcast(Lanes.FLOAT, x[d]);
    FloatVector y1 = FloatVector.broadcast(Lanes.FLOAT, x[d + 1]);
    FloatVector y2 = FloatVector.broadcast(Lanes.FLOAT, x[d + 2]);
    FloatVector y3 = FloatVector.broadcast(Lanes.FLOAT, x[d + 3]);
    FloatVector y4 = FloatVector.broadcast(Lanes.FLOAT, x[d + 4]);
    FloatVector y5 = FloatVector.broadcast(Lanes.FLOAT, x[d + 5]);
    FloatVector y6 = FloatVector.broadcast(Lanes.FLOAT, x[d + 6]);
    FloatVector y7 = FloatVector.broadcast(Lanes.FLOAT, x[d + 7]);
    for (int i = 0; i < n; i += Lanes.FLOATS) {
      int k = from + i;
      FloatVector even = FloatVector.fromArray(Lanes.FLOAT, output, to + i);
      FloatVector evenSecond = FloatVector.fromArray(Lanes.FLOAT, output, to + stride + i);
      FloatVector value = FloatVector.fromArray(Lanes.FLOAT, values, k);
      even = value.fma(x0, even);
      evenSecond = value.fma(y0, evenSecond);
      value = FloatVector.fromArray(Lanes.FLOAT, values, k + n);
      FloatVector odd = value.mul(x1);
      FloatVector oddSecond = value.mul(y1);
      value = FloatVector.fromArray(Lanes.FLOAT, values, k + 2 * n);
      even = value.fma(x2, even);
      evenSecond = value.fma(y2, evenSecond);
      value = FloatVector.fromArray(Lanes.FLOAT, values, k + 3 * n);
      odd = value.fma(x3, odd);
      oddSecond = value.fma(y3, oddSecond);
      value = FloatVector.fromArray(Lanes.FLOAT, values, k + 4 * n);
      even = value.fma(x4, even);
      evenSecond = value.fma(y4, evenSecond);
      value = FloatVector.fromArray(Lanes.FLOAT, values, k + 5 * n);
      odd = value.fma(x5, odd);
      oddSecond = value.fma(y5, oddSecond);
      value = FloatVector.fromArray(Lanes.FLOAT, values, k + 6 * n);
      even = value.fma(x6, even);
      evenSecond = value.fma(y6, evenSecond);
      value = FloatVector.fromArray(Lanes.FLOAT, values, k + 7 * n);
      odd = value.fma(x7, odd);
      oddSecond = value.fma(y7, oddSecond);
      even.add(odd).intoArray(output, to + i);
      evenSecond.add(oddSecond).intoArray(output, to + stride + i);
    }
  }
}
