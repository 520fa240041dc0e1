package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** F16: a block is 32 n values. */
final class HalfUnpacker implements BlockUnpacker {
  private static final Elements ELEMENTS = new Elements(Short.BYTES);

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
    return Float.float16ToFloat(
        tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, ELEMENTS.offset(block, n, row, column)));
  }

  @Override
  public void unpack(MemorySegment tiles, long block, int n, TileScratch scratch) {
    Lanes.decodeHalves(tiles, block, TileFormat.BLOCK * n, scratch.values);
  }
}
