package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** BF16, the upper half of float32: a block is 32 n values. */
final class Bfloat16Unpacker implements BlockUnpacker {
  @Override
  public int blockBytes() {
    return Short.BYTES * TileFormat.BLOCK;
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
    for (int c = 0; c < columns; c++) {
      short bits = source.get(ValueLayout.JAVA_SHORT_UNALIGNED, sourceOffset + 2L * c);
      target.set(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * ((long) c * n + row), bits);
    }
  }

  @Override
  public float value(MemorySegment tiles, long block, int n, int row, int column) {
    return Float.intBitsToFloat(
        tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * ((long) column * n + row)) << 16);
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
