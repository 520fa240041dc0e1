package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Q8_0: a block is n float16 scales and then 32 n signed bytes. */
final class ByteUnpacker implements BlockUnpacker {
  @Override
  public int blockBytes() {
    return 2 + TileFormat.BLOCK;
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
    short scale = source.get(ValueLayout.JAVA_SHORT_UNALIGNED, sourceOffset);
    target.set(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * row, scale);
    for (int c = 0; c < columns; c++) {
      byte code = source.get(ValueLayout.JAVA_BYTE, sourceOffset + 2 + c);
      target.set(ValueLayout.JAVA_BYTE, block + 2L * n + (long) c * n + row, code);
    }
  }

  @Override
  public float value(MemorySegment tiles, long block, int n, int row, int column) {
    short scale = tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * row);
    return tiles.get(ValueLayout.JAVA_BYTE, block + 2L * n + (long) column * n + row)
        * Float.float16ToFloat(scale);
  }

  @Override
  public void unpack(MemorySegment tiles, long block, int n, TileScratch scratch) {
    Lanes.decodeHalves(tiles, block, n, scratch.scales);
    for (int c = 0; c < TileFormat.BLOCK; c++) {
      column(tiles, block + 2L * n + (long) c * n, n, scratch.scales, scratch.values, c * n);
    }
  }

  private static void column(
      MemorySegment tiles, long codes, int n, float[] scales, float[] values, int to) {
    for (int i = 0; i < n; i += Lanes.FLOATS) {
      ByteVector code =
          ByteVector.fromMemorySegment(Lanes.QUARTER_BYTE, tiles, codes + i, Lanes.ORDER);
      ((FloatVector) code.convertShape(VectorOperators.B2F, Lanes.FLOAT, 0))
          .mul(FloatVector.fromArray(Lanes.FLOAT, scales, i))
          .intoArray(values, to + i);
    }
  }
}
