package dev.skipstone.model;

import java.lang.foreign.MemorySegment;

/** IEEE 754 binary32. */
final class F32Decoder implements BlockDecoder {
  @Override
  public void decode(
      MemorySegment source, long offset, int blocks, float[] target, int targetOffset) {
    MemorySegment.copy(source, FLOAT, offset, target, targetOffset, blocks);
  }
}
