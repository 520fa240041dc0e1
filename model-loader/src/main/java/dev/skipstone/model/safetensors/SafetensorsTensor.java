package dev.skipstone.model.safetensors;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.mapped.MappedValues;
import dev.skipstone.model.mapped.WatchedChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A tensor of an open file. */
final class SafetensorsTensor implements Tensor {
  private final WatchedChannel channel;
  private final TensorEntry entry;
  private final long offset;

  SafetensorsTensor(WatchedChannel channel, TensorEntry entry, long dataOffset) {
    this.channel = channel;
    this.entry = entry;
    offset = dataOffset + entry.begin();
  }

  @Override
  public String name() {
    return entry.name();
  }

  @Override
  public TensorType type() {
    if (entry.type().type() == null) {
      throw new ModelFileException(
          channel.file(),
          entry.field(),
          entry.headerOffset(),
          "type %s is not supported; supported are %s".formatted(typeName(), DataType.SUPPORTED));
    }
    return entry.type().type();
  }

  @Override
  public String typeName() {
    return entry.type().name();
  }

  @Override
  public List<Long> shape() {
    return entry.shape();
  }

  @Override
  public long rows() {
    long rows = 1;
    for (int i = 0; i < entry.shape().size() - 1; i++) {
      rows *= entry.shape().get(i);
    }
    return rows;
  }

  /** 1 for a single value, whose shape has no dimensions. */
  @Override
  public long columns() {
    return entry.shape().isEmpty() ? 1 : entry.shape().getLast();
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public long byteSize() {
    return entry.end() - entry.begin();
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
    return new MappedValues(channel, entry.field(), type(), offset, byteSize());
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name(), typeName(), shape());
  }
}
