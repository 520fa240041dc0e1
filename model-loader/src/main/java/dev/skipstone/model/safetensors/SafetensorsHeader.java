package dev.skipstone.model.safetensors;

import java.util.List;
import java.util.Map;

/**
 * A header, checked.
 *
 * @param metadata in the file's order
 * @param metadataOffsets where each value is in the file
 * @param tensors in the header's order
 * @param dataOffset where the values start in the file
 */
record SafetensorsHeader(
    Map<String, String> metadata,
    Map<String, Long> metadataOffsets,
    List<TensorEntry> tensors,
    long dataOffset) {}
