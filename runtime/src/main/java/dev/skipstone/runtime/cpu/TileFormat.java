package dev.skipstone.runtime.cpu;

import dev.skipstone.model.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * How a type of weights lies in a tile, and the products over it. A tile holds {@value #ROWS}
 * output rows of a matrix; it is a sequence of blocks of {@value #BLOCK} columns, and inside a
 * block the rows' values for a column lie side by side, so that a vector's lanes are output rows:
 * no sum goes across lanes, and a weight that was read serves every row of activations.
 */
sealed interface TileFormat permits CodeFormat, HalfTiles, FloatTiles {
  /** Columns of a block. */
  int BLOCK = 32;

  /** Output rows of a tile: two vectors of the widest kind. */
  int ROWS = 32;

  /**
   * Most rows of activations that {@link #multiply} takes. Their sums stay in registers: ten
   * vectors, which is too many where there are 16 registers, with 256-bit vectors.
   */
  int MOST_ROWS = Lanes.FLOATS == 8 ? 4 : 5;

  /** The tile format for a type in a file. */
  static TileFormat of(TensorType type) {
    return switch (type) {
      case F32 -> new FloatTiles();
      case F16, BF16 -> HalfTiles.of(type);
      case Q4_0, Q4_1, Q4_K, Q8_0, Q2_K, Q3_K -> CodeTiles.of(type.quantization().orElseThrow());
      case Q5_0, Q5_1, Q5_K, Q6_K, IQ4_NL, IQ4_XS ->
          PackedTiles.of(type.quantization().orElseThrow());
    };
  }

  /** Bytes that a block takes for each row of its tile. */
  int blockBytes();

  /** How the products take activations. */
  ActivationForm form();

  /** How rows of activations are divided for {@link #multiply}; the same for all of a class. */
  RowGroups groups();

  /**
   * Writes one row's values of a tile block, for the types whose blocks in the file are those of
   * tiles but for their order. File and tile are arrays of 16-bit units, the lowest byte first:
   * these types' blocks are whole units.
   *
   * @param source the row in the file's encoding
   * @param from where the block's values start in it
   * @param columns values of the block that the row has; what lacks to {@value #BLOCK} stays zero
   * @param target the tile
   * @param block where the block starts in it
   * @param row the row in the tile
   */
  void pack(short[] source, int from, int columns, short[] target, int block, int row);

  /** One value of a tile block. */
  float value(MemorySegment tiles, long block, int row, int column);

  /**
   * Adds the products of a tile with rows of activations: output[r][i] += sum over c of W[i][c]
   * x[r][c]. A row's result is the same bits whatever the other rows.
   *
   * @param tile where the tile starts in {@code tiles}
   * @param blocks blocks of the tile
   * @param input prepared in this format's form
   * @param row the first row of activations
   * @param rows how many, 1 to {@link #MOST_ROWS}
   * @param output has {@value #ROWS} values a row from {@code offset}, rows {@code stride} apart
   */
  void multiply(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      int rows,
      float[] output,
      int offset,
      int stride);
}
