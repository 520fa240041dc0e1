package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One worker's means to fill tiles from the file. A tile is put together in arrays and goes to
 * memory at once: loops over arrays are fast long before the JVM has compiled them well, and that
 * is how most of a model is packed.
 */
final class TilePacker {
  private static final ValueLayout.OfShort UNIT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private final WeightMatrix matrix;
  private final MemorySegment source;

  /** Of the file, in units. */
  private final int rowUnits;

  private final int stepUnits;

  private final short[] row;

  /** For types whose blocks are not those of tiles; else null. */
  private final CodePacker codes;

  private final short[] packed;

  /**
   * @param source the whole tensor in the file's encoding
   * @param tensor its description
   */
  TilePacker(WeightMatrix matrix, MemorySegment source, Tensor tensor) {
    this.matrix = matrix;
    this.source = source;
    int perBlock = tensor.type().blockSize();
    int blockUnits = tensor.type().blockBytes() / Short.BYTES;
    rowUnits = Math.ceilDiv(matrix.columns(), perBlock) * blockUnits;
    stepUnits = TileFormat.BLOCK / perBlock * blockUnits;
    row = new short[rowUnits];
    codes = packer(matrix, tensor.type());
    packed = new short[matrix.blocks() * tileBlockUnits()];
  }

  private static CodePacker packer(WeightMatrix matrix, TensorType type) {
    return switch (type) {
      case F32, F16, BF16, Q4_0, Q4_1, Q8_0 -> null;
      default -> new CodePacker(type, (CodeFormat) matrix.format(), matrix);
    };
  }

  private int tileBlockUnits() {
    return TileFormat.ROWS * matrix.format().blockBytes() / Short.BYTES;
  }

  void pack(int tile) {
    int first = tile * TileFormat.ROWS;
    int count = Math.min(matrix.rows() - first, TileFormat.ROWS);
    if (count < TileFormat.ROWS) {
      Arrays.fill(packed, (short) 0);
    }
    for (int r = 0; r < count; r++) {
      long from = (long) (first + r) * rowUnits * Short.BYTES;
      if (codes == null) {
        MemorySegment.copy(source, UNIT, from, row, 0, rowUnits);
        packRow(r);
      } else {
        codes.packRow(source, from, packed, r);
      }
    }
    MemorySegment.copy(packed, 0, matrix.tiles(), UNIT, matrix.tileOffset(tile), packed.length);
  }

  private void packRow(int r) {
    int from = 0;
    int to = 0;
    for (int block = 0; block < matrix.blocks(); block++) {
      int width = Math.min(TileFormat.BLOCK, matrix.columns() - block * TileFormat.BLOCK);
      matrix.format().pack(row, from, width, packed, to, r);
      from += stepUnits;
      to += tileBlockUnits();
    }
  }
}
