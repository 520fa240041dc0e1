package dev.skipstone.model.mapped;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A tensor's values in an open file.
 *
 * @param field what errors name
 * @param offset where they start in the file, in bytes; checked to be in it
 * @param byteSize whole blocks of the type; checked to be in the file
 */
public record MappedValues(
    WatchedChannel channel, String field, TensorType type, long offset, long byteSize) {
  /** Values in a piece; a multiple of every block size. */
  private static final int PIECE = 1 << 13;

  /** As {@link Tensor#map}. */
  public MemorySegment map(Arena arena) {
    return channel.map(arena, offset, byteSize, field);
  }

  /** As {@link Tensor#forEachValue}. */
  public void forEach(Tensor.ValueSink sink) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = map(arena);
      long blocks = source.byteSize() / type.blockBytes();
      int pieceBlocks = PIECE / type.blockSize();
      float[] values = new float[(int) Math.min(PIECE, blocks * type.blockSize())];
      for (long block = 0; block < blocks; block += pieceBlocks) {
        int count = (int) Math.min(pieceBlocks, blocks - block);
        decode(source, block, count, values);
        sink.accept(values, count * type.blockSize());
      }
    }
  }

  private void decode(MemorySegment source, long block, int count, float[] out) {
    try {
      type.decode(source, block, count, out, 0);
    } catch (InternalError e) {
      // What the JVM throws on reading a page of a mapping that the file no longer reaches.
      throw channel.changed(field, offset + block * type.blockBytes(), e);
    }
  }
}
