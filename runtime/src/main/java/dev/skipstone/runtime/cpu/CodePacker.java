package dev.skipstone.runtime.cpu;

import dev.skipstone.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Fills tiles from types that are to be taken apart into codes and scales first. */
final class CodePacker {
  private final TensorType type;
  private final CodeFormat format;
  private final byte[] row;
  private final byte[] codes;
  private final float[] scales;
  private final float[] minima;

  /** Scales of a row of the tile: no more than the file has. */
  private final int count;

  CodePacker(TensorType type, CodeFormat format, WeightMatrix matrix) {
    this.type = type;
    this.format = format;
    int blocks = Math.ceilDiv(matrix.columns(), type.blockSize());
    row = new byte[blocks * type.blockBytes()];
    codes = new byte[blocks * type.blockSize()];
    scales = new float[codes.length / format.columns()];
    minima = new float[scales.length];
    count = matrix.blocks() * TileFormat.BLOCK / format.columns();
  }

  /**
   * Packs a row of the file.
   *
   * @param from where it starts in {@code source}, in bytes
   * @param packed a tile
   * @param r the row in the tile
   */
  void packRow(MemorySegment source, long from, short[] packed, int r) {
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from, row, 0, row.length);
    type.readCodes(row, row.length / type.blockBytes(), codes, scales, minima);
    int units = packed.length / count;
    for (int i = 0; i < count; i++) {
      format.packCodes(codes, i * format.columns(), scales[i], minima[i], packed, i * units, r);
    }
  }
}
