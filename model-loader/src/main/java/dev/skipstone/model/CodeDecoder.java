package dev.skipstone.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Decodes a quantized type by its codes: scale * code, or scale * code + minimum. */
record CodeDecoder(int blockSize, int blockBytes, Quantization quantization, CodeReader reader)
    implements BlockDecoder {
  @Override
  public void decode(
      MemorySegment source, long offset, int blocks, float[] target, int targetOffset) {
    int groups = blockSize / quantization.groupSize();
    byte[] block = new byte[blockBytes];
    byte[] codes = new byte[blockSize];
    float[] scales = new float[groups];
    float[] minima = new float[groups];
    int at = targetOffset;
    for (int b = 0; b < blocks; b++) {
      MemorySegment.copy(
          source, ValueLayout.JAVA_BYTE, offset + (long) b * blockBytes, block, 0, blockBytes);
      reader.read(block, 0, codes, 0, scales, minima, 0);
      for (int group = 0; group < groups; group++) {
        int first = group * quantization.groupSize();
        float scale = scales[group];
        for (int i = first; i < first + quantization.groupSize(); i++) {
          target[at + i] = scale * codes[i];
        }
        if (quantization.hasMinimum()) {
          for (int i = first; i < first + quantization.groupSize(); i++) {
            target[at + i] += minima[group];
          }
        }
      }
      at += blockSize;
    }
  }
}
