package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Tiles of F32: a block is its columns one after another, each with the tile's rows side by side.
 * Reading them costs more than the products, so that a row at a time will do.
 */
record FloatTiles() implements TileFormat {
  private static final int LANES = Lanes.FLOATS;

  /** Bytes from a column's values to those of the next {@link #LANES} rows. */
  private static final int VECTOR = LANES * Float.BYTES;

  /** Bytes of a column of a tile. */
  private static final int COLUMN = ROWS * Float.BYTES;

  private static final RowGroups GROUPS = new RowGroups();

  @Override
  public RowGroups groups() {
    return GROUPS;
  }

  @Override
  public int blockBytes() {
    return BLOCK * Float.BYTES;
  }

  @Override
  public ActivationForm form() {
    return ActivationForm.PLAIN;
  }

  @Override
  public void pack(short[] source, int from, int columns, short[] target, int block, int row) {
    for (int c = 0; c < columns; c++) {
      int at = block + 2 * (c * ROWS + row);
      target[at] = source[from + 2 * c];
      target[at + 1] = source[from + 2 * c + 1];
    }
  }

  private static long at(long block, int row, int column) {
    return block + (long) column * COLUMN + (long) row * Float.BYTES;
  }

  @Override
  public float value(MemorySegment tiles, long block, int row, int column) {
    return tiles.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at(block, row, column));
  }

  @Override
  public void multiply(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      int rows,
      float[] output,
      int offset,
      int stride) {
    for (int r = 0; r < rows; r++) {
      for (int lane = 0; lane < ROWS; lane += 2 * LANES) {
        long at = tile + (long) Float.BYTES * lane;
        multiplyRow(tiles, at, blocks, input, row + r, output, offset + r * stride + lane);
      }
    }
  }

  private static void multiplyRow(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset) {
    float[] x = input.values(ActivationForm.PLAIN);
    int at = input.at(row);
    int step = input.step();
    FloatVector totalA = FloatVector.fromArray(Lanes.FLOAT, output, offset);
    FloatVector totalB = FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES);
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      FloatVector sumA = FloatVector.zero(Lanes.FLOAT);
      FloatVector sumB = sumA;
      for (int c = 0; c < BLOCK; c++) {
        long word = block + (long) c * COLUMN;
        FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
        sumA = FloatVector.fromMemorySegment(Lanes.FLOAT, tiles, word, Lanes.ORDER).fma(xs, sumA);
        sumB =
            FloatVector.fromMemorySegment(Lanes.FLOAT, tiles, word + VECTOR, Lanes.ORDER)
                .fma(xs, sumB);
        at += step;
      }
      block += (long) BLOCK * COLUMN;
      totalA = totalA.add(sumA);
      totalB = totalB.add(sumB);
    }
    totalA.intoArray(output, offset);
    totalB.intoArray(output, offset + LANES);
  }
}
