package dev.skipstone.runtime.cpu;

import dev.skipstone.model.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * How a type of weights lies in a tile, and the products over it. A tile holds n output rows of a
 * matrix; it is a sequence of blocks of {@value #BLOCK} columns, and inside a block the n rows'
 * values for a column lie side by side.
 */
sealed interface TileFormat permits NibbleTiles, FloatTiles {
  /** Columns of a block. */
  int BLOCK = 32;

  /** Most rows of a tile. */
  int MAX_ROWS = 128;

  /** The tile format for a type in a file. */
  static TileFormat of(TensorType type) {
    return switch (type) {
      case Q4_0, Q4_1 -> new NibbleTiles(type);
      case Q8_0 -> new FloatTiles(new ByteUnpacker());
      case F16 -> new FloatTiles(new HalfUnpacker());
      case BF16 -> new FloatTiles(new Bfloat16Unpacker());
      case F32 -> new FloatTiles(new FloatUnpacker());
    };
  }

  /** Bytes that a block takes for each row of its tile. */
  int blockBytes();

  /** Whether products take quantized activations. */
  boolean quantizedActivations();

  /**
   * Writes one row's values of a tile block.
   *
   * @param source the row in the file's encoding
   * @param sourceOffset where the block's values start in it
   * @param columns values of the block that the row has; what lacks to {@value #BLOCK} is zero
   * @param target the tile's matrix
   * @param block where the block starts in it
   * @param n rows of the tile
   * @param row the row in the tile
   */
  void pack(
      MemorySegment source,
      long sourceOffset,
      int columns,
      MemorySegment target,
      long block,
      int n,
      int row);

  /** One value of a tile block. */
  float value(MemorySegment tiles, long block, int n, int row, int column);

  /**
   * Multiplies a tile with rows of activations: output[r][i] = sum over c of W[i][c] x[r][c].
   *
   * @param tile where the tile starts in {@code tiles}
   * @param n rows of the tile
   * @param blocks blocks of the tile
   * @param rows rows of activations
   * @param output receives n values a row from {@code offset}, rows {@code stride} apart
   */
  void multiply(
      MemorySegment tiles,
      long tile,
      int n,
      int blocks,
      Activations input,
      int rows,
      float[] output,
      int offset,
      int stride,
      TileScratch scratch);
}
