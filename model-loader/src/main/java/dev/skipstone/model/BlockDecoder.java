package dev.skipstone.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads one tensor type, without state. A new type is one implementation and one line in {@link
 * TensorType}; a quantized one is a {@link CodeReader} instead.
 */
interface BlockDecoder {
  /** All numbers in a model file are little-endian, at any address. */
  ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** As {@link #SHORT}. */
  ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Decodes blocks to float32, rounding as the type's definition does and nowhere else.
   *
   * @param source holds the blocks
   * @param offset of the first block in bytes
   * @param target has room for the values of all blocks from {@code targetOffset}
   */
  void decode(MemorySegment source, long offset, int blocks, float[] target, int targetOffset);

  /** The float16 at an offset. */
  static float half(MemorySegment source, long offset) {
    return Float.float16ToFloat(source.get(SHORT, offset));
  }
}
