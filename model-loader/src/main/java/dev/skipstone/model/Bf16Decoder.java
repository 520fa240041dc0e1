package dev.skipstone.model;

import java.lang.foreign.MemorySegment;

/** bfloat16: the upper half of a binary32. */
final class Bf16Decoder implements BlockDecoder {
  @Override
  public void decode(
      MemorySegment source, long offset, int blocks, float[] target, int targetOffset) {
    for (int i = 0; i < blocks; i++) {
      target[targetOffset + i] = Float.intBitsToFloat(source.get(SHORT, offset + 2L * i) << 16);
    }
  }
}
