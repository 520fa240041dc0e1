package dev.skipstone.model.convert;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;

/**
 * A tensor made of others' values, in no file yet.
 *
 * @param shape dimensions, outermost first
 * @param values gives all values in order, in pieces
 */
record DerivedTensor(String name, TensorType type, List<Long> shape, Consumer<ValueSink> values)
    implements Tensor {

  /** Float32 values that follow from something else than tensors. */
  static DerivedTensor vector(String name, List<Float> numbers) {
    float[] all = new float[numbers.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = numbers.get(i);
    }
    return new DerivedTensor(
        name,
        TensorType.F32,
        List.of((long) all.length),
        sink -> sink.accept(all.clone(), all.length));
  }

  /** Rows of tensors of one type one behind the other. */
  static Tensor joined(List<Tensor> parts) {
    Tensor first = parts.getFirst();
    if (parts.size() == 1) {
      return first;
    }
    long rows = parts.stream().mapToLong(Tensor::rows).sum();
    return new DerivedTensor(
        first.name(),
        first.type(),
        List.of(rows, first.columns()),
        sink -> parts.forEach(part -> part.forEachValue(sink)));
  }

  /**
   * A matrix or a bias of queries or keys with the rows of each head in another order: the i-th of
   * those that are rotated stands behind the i-th of their second half's place, in pairs.
   *
   * @param headSize rows of a head
   * @param rotated rows of a head that are rotated, the first ones; even
   */
  static Tensor inPairs(Tensor source, int headSize, int rotated) {
    int columns = source.shape().size() == 1 ? 1 : Math.toIntExact(source.columns());
    return new DerivedTensor(
        source.name(),
        source.type(),
        source.shape(),
        sink -> {
          float[] head = new float[headSize * columns];
          float[] ordered = new float[head.length];
          int[] filled = {0};
          source.forEachValue((values, count) -> {
            int taken = 0;
            while (taken < count) {
              int length = Math.min(count - taken, head.length - filled[0]);
              System.arraycopy(values, taken, head, filled[0], length);
              taken += length;
              filled[0] += length;
              if (filled[0] == head.length) {
                order(head, ordered, headSize, rotated, columns);
                sink.accept(ordered, ordered.length);
                filled[0] = 0;
              }
            }
          });
        });
  }

  private static void order(float[] head, float[] ordered, int headSize, int rotated, int columns) {
    for (int row = 0; row < headSize; row++) {
      int from = row < rotated ? row % 2 * (rotated / 2) + row / 2 : row;
      System.arraycopy(head, from * columns, ordered, row * columns, columns);
    }
  }

  @Override
  public String typeName() {
    return type.name();
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
    return 0;
  }

  @Override
  public long byteSize() {
    return EncodedTensor.byteSize(this, type);
  }

  /** A copy in memory: it is in no file. */
  @Override
  public MemorySegment map(Arena arena) {
    MemorySegment copy = arena.allocate(byteSize(), Long.BYTES);
    long[] next = {0};
    forEachValue((piece, count) -> {
      byte[] bytes = new byte[count / type.blockSize() * type.blockBytes()];
      type.encode(piece, 0, count / type.blockSize(), bytes);
      MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, next[0], bytes.length);
      next[0] += bytes.length;
    });
    return copy.asReadOnly();
  }

  @Override
  public void forEachValue(ValueSink sink) {
    values.accept(sink);
  }
}
