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
      for (int r = 0; r < rows; r++) {
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
    FloatVector x0 = broadcast(x, c);
    FloatVector x1 = broadcast(x, c + 1);
    FloatVector x2 = broadcast(x, c + 2);
    FloatVector x3 = broadcast(x, c + 3);
    FloatVector x4 = broadcast(x, c + 4);
    FloatVector x5 = broadcast(x, c + 5);
    FloatVector x6 = broadcast(x, c + 6);
    FloatVector x7 = broadcast(x, c + 7);
    for (int i = 0; i < n; i += Lanes.FLOATS) {
      int k = from + i;
      FloatVector even = add(FloatVector.fromArray(Lanes.FLOAT, output, to + i), values, k, x0);
      FloatVector odd = FloatVector.fromArray(Lanes.FLOAT, values, k + n).mul(x1);
      even = add(even, values, k + 2 * n, x2);
      odd = add(odd, values, k + 3 * n, x3);
      even = add(even, values, k + 4 * n, x4);
      odd = add(odd, values, k + 5 * n, x5);
      even = add(even, values, k + 6 * n, x6);
      odd = add(odd, values, k + 7 * n, x7);
      even.add(odd).intoArray(output, to + i);
    }
  }

  private static FloatVector broadcast(float[] x, int index) {
    return FloatVector.broadcast(Lanes.FLOAT, x[index]);
  }

  private static FloatVector add(FloatVector sum, float[] values, int index, FloatVector x) {
    return FloatVector.fromArray(Lanes.FLOAT, values, index).fma(x, sum);
  }
}
