package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.KernelSuite.AttentionShape;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention over several chunks of positions, against float64 over the same cells. */
class AttentionTest {
  private static final int HEADS = 6;
  private static final int KEY_HEADS = 2;
  private static final int HEAD_SIZE = 16;
  private static final int WIDTH = HEADS * HEAD_SIZE;

  /** Scores reach 175, where float32 is right to 1e-5; they are exponents. */
  private static final double TOLERANCE = 1e-4;

  private final Random random = new Random(6);

  /**
   * The last column: scores grow by so much a position, so that the largest is in another chunk.
   */
  @ParameterizedTest(name = "{1} rows behind {0} positions, slope {2}")
  @CsvSource({
    "0, 1, 0", "100, 3, 0", "120, 8, 0", "126, 5, 0.02", "127, 1, 0.02", "127, 2, -0.02",
    "128, 1, 0.02", "128, 1, -0.02", "255, 2, 0.02", "256, 1, 0.02", "300, 8, 0", "700, 5, 0.02",
    "700, 5, -0.02", "700, 1, 0.5", "700, 1, -0.5"
  })
  void severalChunksAreJoinedRightly(int start, int rows, double slope) {
    int end = start + rows;
    HyperParameters sizes =
        RandomAttention.sizes(new AttentionShape(1, HEADS, KEY_HEADS, HEAD_SIZE), end);
    float[][][] keys = new float[KEY_HEADS][end][HEAD_SIZE];
    float[][][] values = new float[KEY_HEADS][end][HEAD_SIZE];
    float[] queries = new float[rows * WIDTH];
    for (int i = 0; i < queries.length; i++) {
      // The first channel carries the slope.
      queries[i] = i % HEAD_SIZE == 0 ? 4 : (float) random.nextGaussian();
    }
    try (Arena arena = Arena.ofShared();
        WorkerPool pool = new WorkerPool(2)) {
      CpuKvCache cache = new CpuKvCache(1, KEY_HEADS, HEAD_SIZE, end, arena);
      for (int head = 0; head < KEY_HEADS; head++) {
        for (int position = 0; position < end; position++) {
          float[] key = keys[head][position];
          fill(key);
          key[0] = half((float) (slope * (position - end / 2)));
          fill(values[head][position]);
          float[] cell = new float[2 * HEAD_SIZE];
          System.arraycopy(key, 0, cell, 0, HEAD_SIZE);
          System.arraycopy(values[head][position], 0, cell, HEAD_SIZE, HEAD_SIZE);
          cache.put(0, head, position, cell, 0, HEAD_SIZE);
        }
      }
      float[] output = attend(new Attention(sizes, end, 2), cache, pool, queries, rows, start);
      for (int row = 0; row < rows; row++) {
        for (int head = 0; head < HEADS; head++) {
          int from = row * WIDTH + head * HEAD_SIZE;
          int keyHead = head / (HEADS / KEY_HEADS);
          double[] exact = exact(queries, from, keys[keyHead], values[keyHead], start + row + 1);
          for (int c = 0; c < HEAD_SIZE; c++) {
            assertThat((double) output[from + c])
                .as("row %d, head %d, channel %d", row, head, c)
                .isBetween(exact[c] - TOLERANCE, exact[c] + TOLERANCE);
          }
        }
      }
    }
  }

  private static float[] attend(
      Attention attention,
      CpuKvCache cache,
      WorkerPool pool,
      float[] queries,
      int rows,
      int start) {
    float[] scaled = new float[queries.length];
    for (int i = 0; i < queries.length; i++) {
      scaled[i] = queries[i] * attention.queryFactor();
    }
    float[] output = new float[rows * WIDTH];
    int chunks = Attention.chunks(start + rows);
    int sets = attention.querySets(rows);
    int units = KEY_HEADS * chunks * sets;
    int joins = rows * HEADS;
    pool.run(worker -> {
      for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
        int keyHead = unit / sets / chunks;
        int chunk = unit / sets % chunks;
        attention.attend(
            worker.index(),
            cache,
            0,
            keyHead,
            chunk,
            unit % sets,
            scaled,
            0,
            WIDTH,
            0,
            rows,
            start,
            Attention.NO_WINDOW);
      }
      worker.await();
      for (int unit = worker.claim(joins); unit >= 0; unit = worker.claim(joins)) {
        int row = unit / HEADS;
        attention
            .parts()
            .join(
                worker,
                row,
                start + row,
                unit % HEADS,
                Attention.NO_WINDOW,
                output,
                unit * HEAD_SIZE);
      }
    });
    return output;
  }

  private static double[] exact(
      float[] queries, int from, float[][] keys, float[][] values, int positions) {
    double[] scores = new double[positions];
    double largest = Double.NEGATIVE_INFINITY;
    for (int position = 0; position < positions; position++) {
      for (int c = 0; c < HEAD_SIZE; c++) {
        scores[position] += (double) queries[from + c] * keys[position][c] / Math.sqrt(HEAD_SIZE);
      }
      largest = Math.max(largest, scores[position]);
    }
    double sum = 0;
    double[] output = new double[HEAD_SIZE];
    for (int position = 0; position < positions; position++) {
      double weight = Math.exp(scores[position] - largest);
      sum += weight;
      for (int c = 0; c < HEAD_SIZE; c++) {
        output[c] += weight * values[position][c];
      }
    }
    for (int c = 0; c < HEAD_SIZE; c++) {
      output[c] /= sum;
    }
    return output;
  }

  private void fill(float[] cell) {
    for (int c = 0; c < cell.length; c++) {
      cell[c] = half((float) random.nextGaussian());
    }
  }

  /** Cells are float16: what is put there exactly makes no rounding of its own. */
  private static float half(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }
}
