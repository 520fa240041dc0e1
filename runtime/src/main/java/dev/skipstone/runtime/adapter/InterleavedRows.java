package dev.skipstone.runtime.adapter;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A matrix of queries or keys whose rows go from Hugging Face's order to that of GGUF's llama: of
 * each head, the rows i and i + d/2, which RoPE turns together, become neighbours.
 */
final class InterleavedRows implements Tensor {
  private final Tensor tensor;
  private final int headSize;
  private final int pairs;

  InterleavedRows(Tensor tensor, HyperParameters sizes) {
    this.tensor = tensor;
    headSize = sizes.headSize();
    pairs = sizes.ropeDimensions() / 2;
  }

  /** The row of the stored matrix that becomes a row of this one. */
  private long source(long row) {
    long channel = row % headSize;
    if (channel >= 2L * pairs) {
      return row;
    }
    return row - channel + channel / 2 + channel % 2 * pairs;
  }

  @Override
  public MemorySegment map(Arena arena) {
    try (Arena mapping = Arena.ofConfined()) {
      MemorySegment stored = tensor.map(mapping);
      MemorySegment reordered = arena.allocate(stored.byteSize(), Long.BYTES);
      long rowBytes = stored.byteSize() / rows();
      for (long row = 0; row < rows(); row++) {
        MemorySegment.copy(stored, source(row) * rowBytes, reordered, row * rowBytes, rowBytes);
      }
      return reordered.asReadOnly();
    }
  }

  @Override
  public void forEachValue(ValueSink sink) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment reordered = map(arena);
      int columns = Math.toIntExact(columns());
      int rowBlocks = columns / type().blockSize();
      float[] values = new float[columns];
      for (long row = 0; row < rows(); row++) {
        type().decode(reordered, row * rowBlocks, rowBlocks, values, 0);
        sink.accept(values, columns);
      }
    }
  }

  @Override
  public String name() {
    return tensor.name();
  }

  @Override
  public TensorType type() {
    return tensor.type();
  }

  @Override
  public String typeName() {
    return tensor.typeName();
  }

  @Override
  public List<Long> shape() {
    return tensor.shape();
  }

  @Override
  public long rows() {
    return tensor.rows();
  }

  @Override
  public long columns() {
    return tensor.columns();
  }

  @Override
  public long offset() {
    return tensor.offset();
  }

  @Override
  public long byteSize() {
    return tensor.byteSize();
  }
}
