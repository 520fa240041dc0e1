package dev.skipstone.model.safetensors;

import java.util.List;

/**
 * What a header says of a tensor.
 *
 * @param shape dimensions, outermost first
 * @param begin where the values start, behind the header
 * @param end where they end
 * @param headerOffset where the description is in the file
 */
record TensorEntry(
    String name, DataType type, List<Long> shape, long begin, long end, long headerOffset) {

  /** What errors name as the field. */
  String field() {
    return "tensor " + name;
  }
}
