package dev.skipstone.runtime.cpu;

/** Buffers of one worker for one block of a tile; small enough to stay in the first-level cache. */
final class TileScratch {
  /** Unpacked 4-bit weights, [32][tile rows]. */
  final short[] codes = new short[TileFormat.BLOCK * TileFormat.MAX_ROWS];

  /** Four 16-bit partial sums, of eight columns each, for each tile row; of two activation rows. */
  final short[] sums = new short[8 * TileFormat.MAX_ROWS];

  /** Scales, and then minima, for each tile row. */
  final float[] scales = new float[2 * TileFormat.MAX_ROWS];

  /** Unpacked weights, [32][tile rows]. */
  final float[] values = new float[TileFormat.BLOCK * TileFormat.MAX_ROWS];
}
