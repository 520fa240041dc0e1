package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.Encoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A tensor that a test encodes, without a file. */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
record MatrixInMemory(TensorType type, long rows, long columns, byte[] data) implements Tensor {
  static MatrixInMemory of(TensorType type, int rows, int columns, float[] values) {
    return new MatrixInMemory(type, rows, columns, Encoder.encode(type, values));
  }

  /** The values that the encoding stands for. */
  float[] decoded() {
    float[] values = new float[Math.toIntExact(rows * columns)];
    type.decode(MemorySegment.ofArray(data), 0, values.length / type.blockSize(), values, 0);
    return values;
  }

  @Override
  public String name() {
    return "matrix";
  }

  @Override
  public String typeName() {
    return type.name();
  }

  @Override
  public List<Long> shape() {
    return List.of(rows, columns);
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public long byteSize() {
    return data.length;
  }

  @Override
  public MemorySegment map(Arena arena) {
    return MemorySegment.ofArray(data);
  }

  @Override
  public void forEachValue(ValueSink sink) {
    float[] values = decoded();
    sink.accept(values, values.length);
  }
}
