package dev.skipstone.runtime.cpu;

import dev.skipstone.runtime.pass.KvCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Keys and values as float16: half of float32's memory, which a long context's attention has to
 * stream, for an error far under that of quantized weights. Keys of {@value #BLOCK} positions are
 * interleaved, [key-value head][position / 32][channel][position % 32], so that a vector's lanes
 * are positions; values are [key-value head][position][channel], the channels filled up to a
 * multiple of {@value #CHANNELS}: two vectors of the widest kind.
 */
final class CpuKvCache implements KvCache {
  /** Positions of a block. */
  static final int BLOCK = 32;

  /** Channels of a position's values are a multiple of it. */
  static final int CHANNELS = 32;

  private static final float MAX_HALF = 65504;

  private final int capacity;
  private final int headSize;
  private final int valueStride;
  private final long keyHeadBytes;
  private final long valueHeadBytes;
  private final int layers;
  private final int heads;
  private final MemorySegment keys;
  private final MemorySegment values;
  private int length;

  CpuKvCache(int layers, int heads, int headSize, int capacity, Arena arena) {
    this.capacity = capacity;
    this.headSize = headSize;
    this.layers = layers;
    this.heads = heads;
    valueStride = valueStride(headSize);
    keyHeadBytes = roundUp(capacity) * headSize * Short.BYTES;
    valueHeadBytes = roundUp(capacity) * valueStride * Short.BYTES;
    keys = arena.allocate((long) layers * heads * keyHeadBytes, 64);
    values = arena.allocate((long) layers * heads * valueHeadBytes, 64);
  }

  static long bytes(int layers, int heads, int headSize, int capacity) {
    long perPosition = (long) headSize + valueStride(headSize);
    return perPosition * layers * heads * roundUp(capacity) * Short.BYTES;
  }

  /** Channels of a position's values, what fills them up included. */
  static int valueStride(int headSize) {
    return (headSize + CHANNELS - 1) / CHANNELS * CHANNELS;
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
    return ((long) layer * heads + head) * keyHeadBytes
        + (long) block * BLOCK * headSize * Short.BYTES;
  }

  /** Where a position's values start. */
  long value(int layer, int head, int position) {
    return ((long) layer * heads + head) * valueHeadBytes
        + (long) position * valueStride * Short.BYTES;
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

  @Override
  public void read(int layer, int from, int count, float[] keysRead, float[] valuesRead) {
    Objects.checkFromIndexSize(from, count, length);
    Objects.checkIndex(layer, layers);
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < count; i++) {
        readHead(layer, head, from + i, keysRead, valuesRead, (i * heads + head) * headSize);
      }
    }
  }

  private void readHead(
      int layer, int head, int position, float[] keysRead, float[] valuesRead, int to) {
    long key = keyBlock(layer, head, position / BLOCK) + (long) (position % BLOCK) * Short.BYTES;
    long value = value(layer, head, position);
    for (int i = 0; i < headSize; i++) {
      keysRead[to + i] = decode(keys, key + (long) i * BLOCK * Short.BYTES);
      valuesRead[to + i] = decode(values, value + (long) i * Short.BYTES);
    }
  }

  private static float decode(MemorySegment source, long offset) {
    return Float.float16ToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
  }

  /** Finite always: a position that was rolled back may be multiplied with zero. */
  private static short encode(float value) {
    return Float.floatToFloat16(Math.clamp(value, -MAX_HALF, MAX_HALF));
  }
}
