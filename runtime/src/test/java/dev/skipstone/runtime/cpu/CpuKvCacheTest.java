package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CpuKvCacheTest {
  @Test
  void truncateOnlyMakesItShorter() {
    try (Arena arena = Arena.ofConfined()) {
      CpuKvCache cache = new CpuKvCache(1, 1, 16, 20, arena);
      assertThat(cache.capacity()).isEqualTo(20);
      cache.extend(9);
      cache.truncate(9);
      cache.truncate(4);
      assertThat(cache.length()).isEqualTo(4);
      assertThatThrownBy(() -> cache.truncate(5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("can't truncate a cache of 4 positions to 5");
      assertThatThrownBy(() -> cache.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
      assertThat(cache.length()).isEqualTo(4);
    }
  }

  @Test
  void plannedBytesAreWhatIsAllocated() {
    try (Arena arena = Arena.ofConfined()) {
      for (int capacity : new int[] {1, 32, 33, 100}) {
        CpuKvCache cache = new CpuKvCache(3, 2, 32, capacity, arena);
        assertThat(CpuKvCache.bytes(3, 2, 32, capacity))
            .isEqualTo(cache.keys().byteSize() + cache.values().byteSize());
      }
    }
  }

  @Test
  void everyPlaceIsItsOwnAndInside() {
    int layers = 2;
    int heads = 3;
    int headSize = 16;
    int capacity = 35;
    try (Arena arena = Arena.ofConfined()) {
      CpuKvCache cache = new CpuKvCache(layers, heads, headSize, capacity, arena);
      float[] source = new float[2 * headSize];
      int id = 0;
      for (int layer = 0; layer < layers; layer++) {
        for (int head = 0; head < heads; head++) {
          for (int position = 0; position < capacity; position++) {
            Arrays.fill(source, 0, headSize, ++id);
            Arrays.fill(source, headSize, 2 * headSize, -id);
            cache.put(layer, head, position, source, 0, headSize);
          }
        }
      }
      id = 0;
      for (int layer = 0; layer < layers; layer++) {
        for (int head = 0; head < heads; head++) {
          for (int position = 0; position < capacity; position++) {
            id++;
            long key = cache.keyBlock(layer, head, position / 32) + position % 32 * 2L;
            for (int c = 0; c < headSize; c++) {
              assertThat(half(cache.keys(), key + c * 64L)).isEqualTo(id);
              assertThat(half(cache.values(), cache.value(layer, head, position) + 2L * c))
                  .isEqualTo(-id);
            }
          }
        }
      }
    }
  }

  @Test
  void readsBackWhatWasPut() {
    try (Arena arena = Arena.ofConfined()) {
      CpuKvCache cache = new CpuKvCache(2, 3, 16, 40, arena);
      float[] source = new float[32];
      for (int position = 0; position < 36; position++) {
        for (int head = 0; head < 3; head++) {
          for (int i = 0; i < 32; i++) {
            source[i] = id(position, head, i);
          }
          cache.put(1, head, position, source, 0, 16);
        }
      }
      cache.extend(36);
      float[] keys = new float[3 * 48];
      float[] values = new float[3 * 48];
      cache.read(1, 31, 3, keys, values);
      for (int i = 0; i < 3 * 48; i++) {
        int position = 31 + i / 48;
        int head = i % 48 / 16;
        assertThat(keys[i]).as("key %d", i).isEqualTo(id(position, head, i % 16));
        assertThat(values[i]).as("value %d", i).isEqualTo(id(position, head, 16 + i % 16));
      }
      assertThatThrownBy(() -> cache.read(1, 34, 3, keys, values))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> cache.read(2, 0, 1, keys, values))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  /** A rolled-back position is multiplied with zero, which only finite values survive. */
  @Test
  void hugeValuesStayFinite() {
    try (Arena arena = Arena.ofConfined()) {
      CpuKvCache cache = new CpuKvCache(1, 1, 16, 16, arena);
      float[] source = new float[32];
      Arrays.fill(source, 0, 16, 1e20f);
      Arrays.fill(source, 16, 32, -1e20f);
      cache.put(0, 0, 0, source, 0, 16);
      assertThat(half(cache.keys(), cache.keyBlock(0, 0, 0))).isEqualTo(65504);
      assertThat(half(cache.values(), cache.value(0, 0, 0))).isEqualTo(-65504);
    }
  }

  /** A number of its own, exact in float16 (to within 2048). */
  private static float id(int position, int head, int i) {
    return (position * 96 + head * 32 + i) % 2048;
  }

  private static float half(MemorySegment segment, long offset) {
    return Float.float16ToFloat(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
  }
}
