package dev.skipstone.model;

import java.lang.foreign.MemorySegment;

/** Q4_0: a float16 scale and 32 steps of 4 bits around 8, the first half in the low nibbles. */
final class Q4x0Decoder implements BlockDecoder {
  @Override
  public void decode(
      MemorySegment source, long offset, int blocks, float[] target, int targetOffset) {
    long block = offset;
    int at = targetOffset;
    for (int b = 0; b < blocks; b++) {
      float scale = BlockDecoder.half(source, block);
      for (int i = 0; i < 16; i++) {
        int pair = BlockDecoder.unsigned(source, block + 2 + i);
        target[at + i] = scale * ((pair & 15) - 8);
        target[at + 16 + i] = scale * ((pair >> 4) - 8);
      }
      block += 18;
      at += 32;
    }
  }
}
