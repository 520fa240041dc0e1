package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** F16: a block is 32 n values. */
final class HalfUnpacker implements BlockUnpacker {
  @Override
  public int blockBytes() {
    return Short.BYTES * TileFormat.BLOCK;
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
      short bits = source.get(ValueLayout.JAVA_SHORT_UNALIGNED, sourceOffset + 2L * c);
      target.set(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * ((long) c * n + row), bits);
    }
  }

  @Override
  public float value(MemorySegment tiles, long block, int n, int row, int column) {
    return Float.float16ToFloat(
        tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * ((long) column * n + row)));
  }

  @Override
  public void unpack(MemorySegment tiles, long block, int n, TileScratch scratch) {
    Lanes.decodeHalves(tiles, block, TileFormat.BLOCK * n, scratch.values);
  }
}
