package dev.skipstone.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Q8_0: a float16 scale and 32 signed bytes. */
final class Q8x0Decoder implements BlockDecoder {
  @Override
  public void decode(
      MemorySegment source, long offset, int blocks, float[] target, int targetOffset) {
    long block = offset;
    int at = targetOffset;
    for (int b = 0; b < blocks; b++) {
      float scale = BlockDecoder.half(source, block);
      for (int i = 0; i < 32; i++) {
        target[at + i] = scale * source.get(ValueLayout.JAVA_BYTE, block + 2 + i);
      }
      block += 34;
      at += 32;
    }
  }
}
