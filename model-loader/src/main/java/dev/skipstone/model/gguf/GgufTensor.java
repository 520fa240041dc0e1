package dev.skipstone.model.gguf;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** A tensor of an open file. */
final class GgufTensor implements Tensor {
  /** Values in a piece; a multiple of every block size. */
  private static final int PIECE = 1 << 13;

  private final Path file;
  private final WatchedChannel channel;
  private final TensorHeader header;

  GgufTensor(Path file, WatchedChannel channel, TensorHeader header) {
    this.file = file;
    this.channel = channel;
    this.header = header;
  }

  @Override
  public String name() {
    return header.name();
  }

  @Override
  public TensorType type() {
    return TensorType.ofGgufId(header.typeId())
        .orElseThrow(() ->
            new ModelFileException(
                file,
                header.field(),
                header.headerOffset(),
                (header.type() == null
                        ? typeName() + " is not known"
                        : "type " + typeName() + " is not supported")
                    + "; supported are "
                    + TensorType.names()));
  }

  @Override
  public String typeName() {
    return header.type() == null
        ? "type " + Integer.toUnsignedString(header.typeId())
        : header.type().name();
  }

  @Override
  public List<Long> shape() {
    return header.shape();
  }

  @Override
  public long rows() {
    long rows = 1;
    for (long dimension : header.shape().subList(0, header.shape().size() - 1)) {
      rows *= dimension;
    }
    return rows;
  }

  @Override
  public long columns() {
    return header.shape().getLast();
  }

  @Override
  public long offset() {
    return header.offset();
  }

  @Override
  public long byteSize() {
    return header.byteSize();
  }

  @Override
  public MemorySegment map(Arena arena) {
    type();
    return channel.map(arena, offset(), byteSize(), header.field());
  }

  @Override
  public void forEachValue(ValueSink sink) {
    TensorType type = type();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = map(arena);
      long blocks = source.byteSize() / type.blockBytes();
      int pieceBlocks = PIECE / type.blockSize();
      float[] values = new float[PIECE];
      for (long block = 0; block < blocks; block += pieceBlocks) {
        int count = (int) Math.min(pieceBlocks, blocks - block);
        decode(type, source, block, count, values);
        sink.accept(values, count * type.blockSize());
      }
    }
  }

  private void decode(TensorType type, MemorySegment source, long block, int count, float[] out) {
    try {
      type.decode(source, block, count, out, 0);
    } catch (InternalError e) {
      // What the JVM throws on reading a page of a mapping that the file no longer reaches.
      throw channel.changed(header.field(), offset() + block * type.blockBytes(), e);
    }
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name(), typeName(), shape());
  }
}
