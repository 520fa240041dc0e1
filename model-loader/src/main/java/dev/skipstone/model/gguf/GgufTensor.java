package dev.skipstone.model.gguf;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.mapped.MappedValues;
import dev.skipstone.model.mapped.WatchedChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** A tensor of an open file. */
final class GgufTensor implements Tensor {
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
    return values().map(arena);
  }

  @Override
  public void forEachValue(ValueSink sink) {
    values().forEach(sink);
  }

  private MappedValues values() {
    return new MappedValues(channel, header.field(), type(), offset(), byteSize());
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name(), typeName(), shape());
  }
}
