package dev.skipstone.model;

import java.lang.foreign.MemorySegment;

/** IEEE 754 binary16. */
final class F16Decoder implements BlockDecoder {
  @Override
  public void decode(
      MemorySegment source, long offset, int blocks, float[] target, int targetOffset) {
    for (int i = 0; i < blocks; i++) {
      target[targetOffset + i] = BlockDecoder.half(source, offset + 2L * i);
    }
  }
}
