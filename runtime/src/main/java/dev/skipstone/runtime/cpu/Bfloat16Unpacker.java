package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** BF16, the upper half of float32: a block is 32 n values. */
final class Bfloat16Unpacker implements BlockUnpacker {
  private static final Elements ELEMENTS = new Elements(Short.BYTES);

  @Override
  public int blockBytes() {
    return ELEMENTS.blockBytes();
  }

  @Override
  public void pack(
      MemorySegment source,
      long sourceOffset,
      int columns,
      MemorySegment target,
      long block,
      int n,
      int row) {
    ELEMENTS.pack(source, sourceOffset, columns, target, block, n, row);
  }

  @Override
  public float value(MemorySegment tiles, long block, int n, int row, int column) {
    return Float.intBitsToFloat(
        tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, ELEMENTS.offset(block, n, row, column)) << 16);
  }

  @Override
  public void unpack(MemorySegment tiles, long block, int n, TileScratch scratch) {
    for (int i = 0; i < TileFormat.BLOCK * n; i += Lanes.FLOATS) {
      ShortVector bits =
          ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, block + 2L * i, Lanes.ORDER);
      ((IntVector) bits.convertShape(VectorOperators.S2I, Lanes.INT, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(scratch.values, i);
    }
  }
}
