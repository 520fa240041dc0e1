package dev.skipstone.runtime.cpu;

/** A tile format of codes with scales, which any quantized type can be packed to by its codes. */
sealed interface CodeFormat extends TileFormat permits CodeTiles, PackedTiles {
  /** Columns of a scale, 16 or 32. */
  int columns();

  /**
   * Writes a row's codes of one scale.
   *
   * @param codes as the type has them, around zero or from zero on
   * @param from where they start
   * @param target the tile, in 16-bit units
   * @param block where the scale's part of the tile starts in it
   * @param row the row in the tile
   */
  void packCodes(
      byte[] codes, int from, float scale, float minimum, short[] target, int block, int row);
}
