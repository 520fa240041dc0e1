package dev.skipstone.runtime.cpu;

import dev.skipstone.runtime.pass.KvCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Keys and values as float16: half of float32's memory, which a long context's attention has to
 * stream, for an error far under that of quantized activations. Keys of {@value #BLOCK} positions
 * are interleaved, [key-value head][position / 16][channel][position % 16], so that a vector's
 * lanes are positions; values are [key-value head][position][channel].
 */
final class CpuKvCache implements KvCache {
  /** Positions of a block. */
  static final int BLOCK = 16;

  private static final float MAX_HALF = 65504;

  private final int capacity;
  private final int headSize;
  private final long headBytes;
  private final long layerBytes;
  private final MemorySegment keys;
  private final MemorySegment values;
  private int length;

  CpuKvCache(int layers, int heads, int headSize, int capacity, Arena arena) {
    this.capacity = capacity;
    this.headSize = headSize;
    headBytes = roundUp(capacity) * headSize * Short.BYTES;
    layerBytes = heads * headBytes;
    keys = arena.allocate(layers * layerBytes, 64);
    values = arena.allocate(layers * layerBytes, 64);
  }

  static long bytes(int layers, int heads, int headSize, int capacity) {
    return 2L * layers * heads * headSize * roundUp(capacity) * Short.BYTES;
  }

  private static long roundUp(int positions) {
    return ((long) positions + BLOCK - 1) / BLOCK * BLOCK;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException(
          "can't truncate a cache of %d positions to %d".formatted(length, newLength));
    }
    length = newLength;
  }

  /** Says that positions up to {@code newLength} are filled. */
  void extend(int newLength) {
    length = newLength;
  }

  MemorySegment keys() {
    return keys;
  }

  MemorySegment values() {
    return values;
  }

  /** Where the keys of a block of positions start. */
  long keyBlock(int layer, int head, int block) {
    return layer * layerBytes + head * headBytes + (long) block * BLOCK * headSize * Short.BYTES;
  }

  /** Where a position's values start. */
  long value(int layer, int head, int position) {
    return layer * layerBytes + head * headBytes + (long) position * headSize * Short.BYTES;
  }

  /** Writes one head's key and value at a position. */
  void put(int layer, int head, int position, float[] source, int keyOffset, int valueOffset) {
    long key = keyBlock(layer, head, position / BLOCK) + (long) (position % BLOCK) * Short.BYTES;
    long value = value(layer, head, position);
    for (int i = 0; i < headSize; i++) {
      keys.set(
          ValueLayout.JAVA_SHORT_UNALIGNED,
          key + (long) i * BLOCK * Short.BYTES,
          encode(source[keyOffset + i]));
      values.set(
          ValueLayout.JAVA_SHORT_UNALIGNED,
          value + (long) i * Short.BYTES,
          encode(source[valueOffset + i]));
    }
  }

  /** Finite always: a position that was rolled back may be multiplied with zero. */
  private static short encode(float value) {
    return Float.floatToFloat16(Math.clamp(value, -MAX_HALF, MAX_HALF));
  }
}
