package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;

/**
 * Values of a fixed size as the file has them, 32 n of them a block: the n rows of a column side by
 * side.
 *
 * @param bytes of a value
 */
record Elements(int bytes) {
  /** As {@link BlockUnpacker#blockBytes}. */
  int blockBytes() {
    return bytes * TileFormat.BLOCK;
  }

  /** Where a value of a block lies. */
  long offset(long block, int n, int row, int column) {
    return block + (long) bytes * ((long) column * n + row);
  }

  /** As {@link TileFormat#pack}. */
  void pack(
      MemorySegment source,
      long sourceOffset,
      int columns,
      MemorySegment target,
      long block,
      int n,
      int row) {
    for (int c = 0; c < columns; c++) {
      MemorySegment.copy(
          source, sourceOffset + (long) bytes * c, target, offset(block, n, row, c), bytes);
    }
  }
}
