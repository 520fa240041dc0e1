package dev.skipstone.model.convert;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/** A tensor's values in another type, encoded anew each time they are asked for. */
final class EncodedTensor implements Tensor {
  private final Path file;
  private final Tensor source;
  private final TensorType type;

  /** Takes encoded bytes in order, a piece at a time. */
  @FunctionalInterface
  interface ByteSink {
    /**
     * Takes the next bytes.
     *
     * @param bytes holds the next bytes from index 0; reused for the next piece
     */
    void accept(byte[] bytes, int count);
  }

  /**
   * @param file the model, for errors
   * @param source with rows of whole blocks of the type
   */
  EncodedTensor(Path file, Tensor source, TensorType type) {
    this.file = file;
    this.source = source;
    this.type = type;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public TensorType type() {
    return type;
  }

  @Override
  public String typeName() {
    return type.name();
  }

  @Override
  public List<Long> shape() {
    return source.shape();
  }

  @Override
  public long rows() {
    return source.rows();
  }

  @Override
  public long columns() {
    return source.columns();
  }

  @Override
  public long offset() {
    return source.offset();
  }

  @Override
  public long byteSize() {
    return byteSize(source, type);
  }

  /** Bytes of a tensor's values in a type. */
  static long byteSize(Tensor tensor, TensorType type) {
    return tensor.rows() * tensor.columns() / type.blockSize() * type.blockBytes();
  }

  /** A copy in memory: what is stored is something else. */
  @Override
  public MemorySegment map(Arena arena) {
    MemorySegment encoded = arena.allocate(byteSize(), Long.BYTES);
    long[] next = {0};
    forEachByte((bytes, count) -> {
      MemorySegment.copy(bytes, 0, encoded, ValueLayout.JAVA_BYTE, next[0], count);
      next[0] += count;
    });
    return encoded.asReadOnly();
  }

  /**
   * Encodes all values, holding only a small piece of them at a time.
   *
   * @throws ModelFileException as {@link Tensor#map}, or if the type can't hold a value
   */
  void forEachByte(ByteSink sink) {
    Piece piece = new Piece();
    source.forEachValue((values, count) -> {
      int done = piece.complete(values, count, sink);
      int blocks = (count - done) / type.blockSize();
      encode(values, done, blocks, piece.room(blocks));
      sink.accept(piece.bytes, blocks * type.blockBytes());
      piece.keep(values, done + blocks * type.blockSize(), count);
    });
  }

  private void encode(float[] values, int from, int blocks, byte[] target) {
    try {
      type.encode(values, from, blocks, target);
    } catch (ArithmeticException e) {
      throw new ModelFileException(
          file,
          "tensor " + name(),
          ModelFileException.NO_OFFSET,
          "can't become " + type + ": " + e.getMessage(),
          e);
    }
  }

  /** Bytes of a piece, and the values of a block that the next piece goes on with. */
  private final class Piece {
    private byte[] bytes = {};
    private final float[] kept = new float[type.blockSize()];
    private int keptCount;

    byte[] room(int blocks) {
      if (bytes.length < blocks * type.blockBytes()) {
        bytes = new byte[blocks * type.blockBytes()];
      }
      return bytes;
    }

    /** Fills a block that was begun; returns how many values that takes. */
    int complete(float[] values, int count, ByteSink sink) {
      if (keptCount == 0) {
        return 0;
      }
      int taken = Math.min(count, kept.length - keptCount);
      System.arraycopy(values, 0, kept, keptCount, taken);
      keptCount += taken;
      if (keptCount == kept.length) {
        encode(kept, 0, 1, room(1));
        sink.accept(bytes, type.blockBytes());
        keptCount = 0;
      }
      return taken;
    }

    void keep(float[] values, int from, int to) {
      System.arraycopy(values, from, kept, keptCount, to - from);
      keptCount += to - from;
    }
  }

  @Override
  public void forEachValue(ValueSink sink) {
    float[][] values = {new float[0]};
    forEachByte((bytes, count) -> {
      int blocks = count / type.blockBytes();
      if (values[0].length < blocks * type.blockSize()) {
        values[0] = new float[blocks * type.blockSize()];
      }
      type.decode(MemorySegment.ofArray(bytes), 0, blocks, values[0], 0);
      sink.accept(values[0], blocks * type.blockSize());
    });
  }

  @Override
  public String toString() {
    return "%s as %s".formatted(source, type);
  }
}
