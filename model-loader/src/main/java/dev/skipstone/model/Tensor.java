package dev.skipstone.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor in a model file: known by its header, its values mapped only on demand, so that a reader
 * that repacks them can let each mapping go before the next.
 */
public interface Tensor {
  /** What {@link #byteSize} says of a tensor whose type is not known. */
  long UNKNOWN_SIZE = -1;

  /** Takes the values of a tensor in order, a piece at a time. */
  @FunctionalInterface
  interface ValueSink {
    /**
     * Takes the next values.
     *
     * @param values holds the next values from index 0; reused for the next piece
     * @param count how many they are
     */
    void accept(float[] values, int count);
  }

  /** Name in the file. */
  String name();

  /**
   * How the values are encoded.
   *
   * @throws ModelFileException if the type is not supported; {@link #typeName} names it even so
   */
  TensorType type();

  /** The type's usual name, such as {@code Q4_K}, also where it is not supported. */
  String typeName();

  /** Dimensions, outermost first; GGUF itself has them innermost first. */
  List<Long> shape();

  /** Number of rows: the product of all dimensions but the innermost; 1 for a vector. */
  long rows();

  /** Length of the innermost, contiguous dimension. */
  long columns();

  /** Where the values start in the file, in bytes. */
  long offset();

  /** Size of the values in bytes, or {@link #UNKNOWN_SIZE}. */
  long byteSize();

  /**
   * Maps the values, read-only, row after row, in the file's encoding.
   *
   * @param arena whose closing ends the mapping
   * @throws ModelFileException if the type is not supported, or the file can't be mapped any more:
   *     closed, cut or changed since it was opened
   */
  MemorySegment map(Arena arena);

  /**
   * Decodes all values to float32, row after row, holding only a small piece of them at a time.
   *
   * @throws ModelFileException as {@link #map}
   */
  void forEachValue(ValueSink sink);
}
