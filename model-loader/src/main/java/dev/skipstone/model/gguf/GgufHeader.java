package dev.skipstone.model.gguf;

import java.util.List;
import java.util.Map;

/**
 * A file's header, checked.
 *
 * @param metadata in the file's order
 * @param metadataOffsets where each metadata value starts in the file
 * @param dataOffset where the tensors' data starts in the file
 * @param tensors in the file's order
 */
record GgufHeader(
    int version,
    int alignment,
    Map<String, Object> metadata,
    Map<String, Long> metadataOffsets,
    long dataOffset,
    List<TensorHeader> tensors) {}
