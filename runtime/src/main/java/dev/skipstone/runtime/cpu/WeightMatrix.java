package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * A matrix of weights, repacked to tiles of interleaved rows; the last tile is filled up with
 * zeros.
 *
 * @param division how rows of activations are divided for the products
 * @param blocks blocks of 32 columns; the last block is filled up with zeros
 * @param tiles where they lie, maybe with others'
 * @param first where the first tile starts
 * @param step bytes from a tile to the next
 */
record WeightMatrix(
    TileFormat format,
    RowDivision division,
    int rows,
    int columns,
    int blocks,
    MemorySegment tiles,
    long first,
    long step) {

  /** An all-zero matrix of a tensor's shape and type, in memory that is all zero. */
  static WeightMatrix of(Tensor tensor, MemorySegment tiles, long first, long step) {
    int columns = Math.toIntExact(tensor.columns());
    return new WeightMatrix(
        TileFormat.of(tensor.type()),
        RowDivision.of(tensor.type()),
        Math.toIntExact(tensor.rows()),
        columns,
        blocks(columns),
        tiles,
        first,
        step);
  }

  /** Bytes that a tensor takes when repacked. */
  static long bytes(Tensor tensor) {
    return (tensor.rows() + TileFormat.ROWS - 1) / TileFormat.ROWS * tileBytes(tensor);
  }

  /** Bytes of one tile of a tensor. */
  static long tileBytes(Tensor tensor) {
    int blocks = blocks(Math.toIntExact(tensor.columns()));
    return (long) blocks * TileFormat.ROWS * TileFormat.of(tensor.type()).blockBytes();
  }

  private static int blocks(int columns) {
    return (columns + TileFormat.BLOCK - 1) / TileFormat.BLOCK;
  }

  int tileCount() {
    return (rows + TileFormat.ROWS - 1) / TileFormat.ROWS;
  }

  /** Where a tile starts. */
  long tileOffset(int tile) {
    return first + tile * step;
  }

  private long blockOffset(int tile, int block) {
    return tileOffset(tile) + (long) block * TileFormat.ROWS * format.blockBytes();
  }

  /** Decodes one row to float32. */
  void readRow(int row, float[] target, int offset) {
    int tile = row / TileFormat.ROWS;
    for (int column = 0; column < columns; column++) {
      target[offset + column] =
          format.value(
              tiles,
              blockOffset(tile, column / TileFormat.BLOCK),
              row % TileFormat.ROWS,
              column % TileFormat.BLOCK);
    }
  }

  /** Multiplies the first tile with rows that are one group, whatever groups are quickest. */
  void multiplyRows(Activations input, int inputRows, float[] output) {
    format.multiply(tiles, tileOffset(0), blocks, input, 0, inputRows, output, 0, TileFormat.ROWS);
  }

  /**
   * Adds the products of one tile with some rows of activations: output[r][i] += for its rows i.
   *
   * @param from the first of the rows
   * @param end behind the last
   * @param offset where the tile's values of output row 0 are
   * @param stride from there to those of the next
   */
  void multiplyTile(
      int tile, Activations input, int from, int end, float[] output, int offset, int stride) {
    RowDivision.Trial trial = division.trial(end - from);
    if (trial == null) {
      int first = division.first(end - from);
      multiplyTile(tile, input, from, end, first, output, offset, stride);
      return;
    }
    int candidate = trial.candidate();
    long start = trial.now();
    multiplyTile(tile, input, from, end, trial.first(candidate), output, offset, stride);
    trial.add(candidate, start, blocks);
  }

  private void multiplyTile(
      int tile,
      Activations input,
      int from,
      int end,
      int first,
      float[] output,
      int offset,
      int stride) {
    int row = from;
    while (row < end) {
      int left = Math.min(end - row, input.side(row));
      int count = division.next(first, end - from, left);
      format.multiply(
          tiles,
          tileOffset(tile),
          blocks,
          input,
          row,
          count,
          output,
          offset + row * stride,
          stride);
      row += count;
    }
  }
}
