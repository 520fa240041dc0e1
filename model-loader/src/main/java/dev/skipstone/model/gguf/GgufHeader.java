package dev.skipstone.model.gguf;

import java.util.List;
import java.util.Map;

/**
 * A file's header, checked.
 *
 * @param metadata in the file's order
 * @param metadataPlaces where each metadata value is in the file
 * @param dataOffset where the tensors' data starts in the file
 * @param tensors in the file's order
 */
record GgufHeader(
    int version,
    int alignment,
    Map<String, Object> metadata,
    Map<String, Place> metadataPlaces,
    long dataOffset,
    List<TensorHeader> tensors) {

  /**
   * Where a metadata value is in a file.
   *
   * @param start of its key's length
   * @param value where the value starts
   * @param end of the value
   */
  record Place(long start, long value, long end) {}
}
