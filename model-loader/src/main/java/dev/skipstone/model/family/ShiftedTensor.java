package dev.skipstone.model.family;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/** A tensor with a number added to each value, such as a norm that is stored less 1. */
final class ShiftedTensor implements Tensor {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Tensor stored;
  private final float shift;

  ShiftedTensor(Tensor stored, float shift) {
    this.stored = stored;
    this.shift = shift;
  }

  @Override
  public String name() {
    return stored.name();
  }

  @Override
  public TensorType type() {
    return TensorType.F32;
  }

  @Override
  public String typeName() {
    return type().name();
  }

  @Override
  public List<Long> shape() {
    return stored.shape();
  }

  @Override
  public long rows() {
    return stored.rows();
  }

  @Override
  public long columns() {
    return stored.columns();
  }

  @Override
  public long offset() {
    return stored.offset();
  }

  @Override
  public long byteSize() {
    return rows() * columns() * Float.BYTES;
  }

  /** A copy: what is stored is something else. */
  @Override
  public MemorySegment map(Arena arena) {
    MemorySegment shifted = arena.allocate(byteSize(), Float.BYTES);
    long[] next = {0};
    forEachValue((values, count) -> {
      for (int i = 0; i < count; i++) {
        shifted.set(FLOAT, next[0], values[i]);
        next[0] += Float.BYTES;
      }
    });
    return shifted;
  }

  @Override
  public void forEachValue(ValueSink sink) {
    stored.forEachValue((values, count) -> {
      for (int i = 0; i < count; i++) {
        values[i] += shift;
      }
      sink.accept(values, count);
    });
  }

  @Override
  public String toString() {
    return "%s and %s".formatted(stored, shift);
  }
}
