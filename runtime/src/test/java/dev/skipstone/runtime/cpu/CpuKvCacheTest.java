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

  private static float half(MemorySegment segment, long offset) {
    return Float.float16ToFloat(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
  }
}
