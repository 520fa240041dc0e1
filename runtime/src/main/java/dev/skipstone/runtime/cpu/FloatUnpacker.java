package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** F32: a block is 32 n values. */
final class FloatUnpacker implements BlockUnpacker {
  @Override
  public int blockBytes() {
    return Float.BYTES * TileFormat.BLOCK;
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
    for (int c = 0; c < columns; c++) {
      float value = source.get(ValueLayout.JAVA_FLOAT_UNALIGNED, sourceOffset + 4L * c);
      target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, block + 4L * ((long) c * n + row), value);
    }
  }

  @Override
  public float value(MemorySegment tiles, long block, int n, int row, int column) {
    return tiles.get(ValueLayout.JAVA_FLOAT_UNALIGNED, block + 4L * ((long) column * n + row));
  }

  @Override
  public void unpack(MemorySegment tiles, long block, int n, TileScratch scratch) {
    MemorySegment.copy(
        tiles, ValueLayout.JAVA_FLOAT_UNALIGNED, block, scratch.values, 0, TileFormat.BLOCK * n);
  }
}
