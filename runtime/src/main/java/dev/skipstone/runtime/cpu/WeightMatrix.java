package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A matrix of weights, repacked to tiles of interleaved rows.
 *
 * @param tileRows rows of a tile; the last tile is filled up with zeros
 * @param blocks blocks of 32 columns; the last block is filled up with zeros
 */
record WeightMatrix(
    TileFormat format, int rows, int columns, int tileRows, int blocks, MemorySegment tiles) {

  /** Alignment of tiles: a cache line. */
  private static final long ALIGNMENT = 64;

  /** An all-zero matrix of a tensor's shape and type. */
  static WeightMatrix allocate(Tensor tensor, int tileRows, Arena arena) {
    TileFormat format = TileFormat.of(tensor.type());
    int rows = Math.toIntExact(tensor.rows());
    int columns = Math.toIntExact(tensor.columns());
    return new WeightMatrix(
        format,
        rows,
        columns,
        tileRows,
        blocks(columns),
        arena.allocate(bytes(tensor, tileRows), ALIGNMENT));
  }

  /** Bytes that a tensor takes when repacked. */
  static long bytes(Tensor tensor, int tileRows) {
    long rows = (tensor.rows() + tileRows - 1) / tileRows * tileRows;
    int blocks = blocks(Math.toIntExact(tensor.columns()));
    return rows * blocks * TileFormat.of(tensor.type()).blockBytes();
  }

  private static int blocks(int columns) {
    return (columns + TileFormat.BLOCK - 1) / TileFormat.BLOCK;
  }

  int tileCount() {
    return (rows + tileRows - 1) / tileRows;
  }

  private long tileOffset(int tile) {
    return (long) tile * tileRows * blocks * format.blockBytes();
  }

  private long blockOffset(int tile, int block) {
    return tileOffset(tile) + (long) block * tileRows * format.blockBytes();
  }

  /**
   * Fills a tile from the file.
   *
   * @param source the whole tensor in the file's encoding
   * @param tensor its description
   */
  void pack(MemorySegment source, Tensor tensor, int tile) {
    int fileBlock = tensor.type().blockSize();
    long rowBytes = (long) columns / fileBlock * tensor.type().blockBytes();
    long stepBytes = (long) TileFormat.BLOCK / fileBlock * tensor.type().blockBytes();
    int end = Math.min(rows - tile * tileRows, tileRows);
    for (int row = 0; row < end; row++) {
      long from = (long) (tile * tileRows + row) * rowBytes;
      for (int block = 0; block < blocks; block++) {
        int width = Math.min(TileFormat.BLOCK, columns - block * TileFormat.BLOCK);
        long place = blockOffset(tile, block);
        format.pack(source, from + block * stepBytes, width, tiles, place, tileRows, row);
      }
    }
  }

  /** Decodes one row to float32. */
  void readRow(int row, float[] target, int offset) {
    int tile = row / tileRows;
    for (int column = 0; column < columns; column++) {
      target[offset + column] =
          format.value(
              tiles,
              blockOffset(tile, column / TileFormat.BLOCK),
              tileRows,
              row % tileRows,
              column % TileFormat.BLOCK);
    }
  }

  /**
   * The products of one tile: output[r][i] for its rows i.
   *
   * @param offset where in an output row this matrix starts
   * @param stride values of an output row, the last tile's filling included
   */
  void multiplyTile(
      int tile,
      Activations input,
      int inputRows,
      float[] output,
      int offset,
      int stride,
      TileScratch scratch) {
    format.multiply(
        tiles,
        tileOffset(tile),
        tileRows,
        blocks,
        input,
        inputRows,
        output,
        offset + tile * tileRows,
        stride,
        scratch);
  }
}
