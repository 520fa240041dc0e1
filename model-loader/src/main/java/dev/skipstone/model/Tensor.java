package dev.skipstone.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A tensor in a model file: known by its header, its values mapped only on demand, so that a reader
 * that repacks them can let each mapping go before the next.
 */
public interface Tensor {
  /** Name in the file. */
  String name();

  TensorType type();

  /** Number of rows: the product of all dimensions but the innermost; 1 for a vector. */
  long rows();

  /** Length of the innermost, contiguous dimension. */
  long columns();

  /** Size of the values in bytes. */
  long byteSize();

  /**
   * Maps the values, read-only, row after row, in the file's encoding.
   *
   * @param arena whose closing ends the mapping
   * @throws ModelFileException if the file can't be mapped any more
   */
  MemorySegment map(Arena arena);
}
