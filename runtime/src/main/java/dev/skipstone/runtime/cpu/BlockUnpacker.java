package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;

/** A type of weights in tiles that are unpacked to float32: one small class a type. */
interface BlockUnpacker {
  /** Bytes that a block takes for each row of its tile. */
  int blockBytes();

  /** As {@link TileFormat#pack}. */
  void pack(
      MemorySegment source,
      long sourceOffset,
      int columns,
      MemorySegment target,
      long block,
      int n,
      int row);

  /** As {@link TileFormat#value}. */
  float value(MemorySegment tiles, long block, int n, int row, int column);

  /** Unpacks a block of a tile of n rows to {@link TileScratch#values}, [32][n]. */
  void unpack(MemorySegment tiles, long block, int n, TileScratch scratch);
}
