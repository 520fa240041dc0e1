package dev.skipstone.model;

import java.lang.foreign.MemorySegment;

/**
 * Q4_1: a float16 scale, a float16 minimum and 32 steps of 4 bits over it, the first half in the
 * low nibbles.
 */
final class Q4x1Decoder implements BlockDecoder {
  @Override
  public void decode(
      MemorySegment source, long offset, int blocks, float[] target, int targetOffset) {
    long block = offset;
    int at = targetOffset;
    for (int b = 0; b < blocks; b++) {
      float scale = BlockDecoder.half(source, block);
      float minimum = BlockDecoder.half(source, block + 2);
      for (int i = 0; i < 16; i++) {
        int pair = BlockDecoder.unsigned(source, block + 4 + i);
        target[at + i] = scale * (pair & 15) + minimum;
        target[at + 16 + i] = scale * (pair >> 4) + minimum;
      }
      block += 20;
      at += 32;
    }
  }
}
