package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** F32: a block is 32 n values. */
final class FloatUnpacker implements BlockUnpacker {
  private static final Elements ELEMENTS = new Elements(Float.BYTES);

  @Override
  public int blockBytes() {
    return ELEMENTS.blockBytes();
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
    ELEMENTS.pack(source, sourceOffset, columns, target, block, n, row);
  }

  @Override
  public float value(MemorySegment tiles, long block, int n, int row, int column) {
    return tiles.get(ValueLayout.JAVA_FLOAT_UNALIGNED, ELEMENTS.offset(block, n, row, column));
  }

  @Override
  public void unpack(MemorySegment tiles, long block, int n, TileScratch scratch) {
    MemorySegment.copy(
        tiles, ValueLayout.JAVA_FLOAT_UNALIGNED, block, scratch.values, 0, TileFormat.BLOCK * n);
  }
}
