package dev.skipstone.model.family;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Some rows of a tensor, such as the queries' of a matrix for queries, keys and values; of a vector
 * some of its values.
 */
final class TensorRows implements Tensor {
  private final Tensor all;
  private final List<Long> shape;
  private final long skipped;
  private final long count;

  /**
   * @param first the first row
   * @param shape of the part: a number of rows that the tensor has, with its columns
   */
  TensorRows(Tensor all, long first, List<Long> shape) {
    this.all = all;
    this.shape = shape;
    long columns = shape.size() == 1 ? 1 : shape.getLast();
    skipped = first * columns;
    count = shape.getFirst() * columns;
  }

  @Override
  public String name() {
    return all.name();
  }

  @Override
  public TensorType type() {
    return all.type();
  }

  @Override
  public String typeName() {
    return all.typeName();
  }

  @Override
  public List<Long> shape() {
    return shape;
  }

  @Override
  public long rows() {
    return shape.size() == 1 ? 1 : shape.getFirst();
  }

  @Override
  public long columns() {
    return shape.getLast();
  }

  @Override
  public long offset() {
    return all.offset() + bytes(skipped);
  }

  @Override
  public long byteSize() {
    return bytes(count);
  }

  private long bytes(long values) {
    return values / type().blockSize() * type().blockBytes();
  }

  @Override
  public MemorySegment map(Arena arena) {
    return all.map(arena).asSlice(bytes(skipped), byteSize());
  }

  @Override
  public void forEachValue(ValueSink sink) {
    long[] seen = {0};
    float[][] copy = {new float[0]};
    all.forEachValue((values, length) -> {
      int from = Math.clamp(skipped - seen[0], 0, length);
      int to = Math.clamp(skipped + count - seen[0], 0, length);
      if (from < to) {
        copy[0] = copy[0].length < to - from ? new float[values.length] : copy[0];
        System.arraycopy(values, from, copy[0], 0, to - from);
        sink.accept(copy[0], to - from);
      }
      seen[0] += length;
    });
  }

  @Override
  public String toString() {
    return "rows of %s: %s %s".formatted(name(), typeName(), shape);
  }
}
