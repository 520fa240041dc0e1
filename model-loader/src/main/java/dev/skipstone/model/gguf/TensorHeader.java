package dev.skipstone.model.gguf;

import java.util.List;

/**
 * What a header says of a tensor.
 *
 * @param shape dimensions, outermost first
 * @param typeId the type's number in the file
 * @param type null where the number is not known
 * @param offset where the values start in the file
 * @param byteSize of the values, or {@link dev.skipstone.model.Tensor#UNKNOWN_SIZE}
 * @param headerOffset where the description of the tensor starts in the file
 */
record TensorHeader(
    String name,
    List<Long> shape,
    int typeId,
    GgmlType type,
    long offset,
    long byteSize,
    long headerOffset) {

  /** What errors name as the field. */
  String field() {
    return "tensor " + name;
  }

  /** The end of the values; of a type that is not known, of the one byte they take at least. */
  long end() {
    return offset + Math.max(byteSize, 1);
  }

  TensorHeader movedBy(long bytes) {
    return new TensorHeader(name, shape, typeId, type, offset + bytes, byteSize, headerOffset);
  }
}
