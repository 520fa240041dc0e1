package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Multipliers;
import dev.skipstone.runtime.pass.KernelSuite.AttentionShape;
import java.lang.foreign.Arena;
import java.util.Arrays;
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
   * The slope: scores grow by so much a position, so that the largest is in another chunk. A window
   * or cap of 0 is none.
   */
  @ParameterizedTest(name = "{1} rows behind {0} positions, slope {2}, window {3}, cap {4}")
  @CsvSource({
    "0, 1, 0, 0, 0",
    "100, 3, 0, 0, 0",
    "120, 8, 0, 0, 0",
    "126, 5, 0.02, 0, 0",
    "127, 1, 0.02, 0, 0",
    "127, 2, -0.02, 0, 0",
    "128, 1, 0.02, 0, 0",
    "128, 1, -0.02, 0, 0",
    "255, 2, 0.02, 0, 0",
    "256, 1, 0.02, 0, 0",
    "300, 8, 0, 0, 0",
    "700, 5, 0.02, 0, 0",
    "700, 5, -0.02, 0, 0",
    "700, 1, 0.5, 0, 0",
    "700, 1, -0.5, 0, 0",
    "100, 8, 0, 1, 0",
    "120, 8, 0.02, 16, 0",
    "255, 4, -0.02, 128, 0",
    "300, 8, -0.02, 129, 0",
    "380, 8, -0.02, 127, 0",
    "700, 5, -0.02, 300, 0",
    "700, 8, -0.02, 5, 0",
    "250, 8, 0, 257, 0",
    "300, 5, 0.02, 0, 5",
    "300, 5, 0, 140, 2"
  })
  void severalChunksAreJoinedRightly(
      int start, int rows, double slope, int windowOrNone, float cap) {
    int window = windowOrNone == 0 ? Attention.NO_WINDOW : windowOrNone;
    int end = start + rows;
    HyperParameters sizes = sizes(end, cap);
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
      Attention attention = new Attention(sizes, end, 2);
      float[] output = attend(attention, cache, pool, queries, rows, start, window);
      for (int row = 0; row < rows; row++) {
        for (int head = 0; head < HEADS; head++) {
          int from = row * WIDTH + head * HEAD_SIZE;
          int keyHead = head / (HEADS / KEY_HEADS);
          int last = start + row;
          int first = Math.max(0, last - window + 1);
          double[] exact = exact(queries, from, keys[keyHead], values[keyHead], first, last, cap);
          for (int c = 0; c < HEAD_SIZE; c++) {
            assertThat((double) output[from + c])
                .as("row %d, head %d, channel %d", row, head, c)
                .isBetween(exact[c] - TOLERANCE, exact[c] + TOLERANCE);
          }
        }
        float[] query = Arrays.copyOfRange(queries, row * WIDTH, (row + 1) * WIDTH);
        assertThat(attend(attention, cache, pool, query, 1, start + row, window))
            .as("row %d by itself", row)
            .containsExactly(Arrays.copyOfRange(output, row * WIDTH, (row + 1) * WIDTH));
      }
    }
  }

  private static HyperParameters sizes(int end, float cap) {
    HyperParameters plain =
        RandomAttention.sizes(new AttentionShape(1, HEADS, KEY_HEADS, HEAD_SIZE), end);
    Multipliers usual = plain.multipliers();
    return new HyperParameters(
        plain.layers(),
        plain.width(),
        plain.hidden(),
        plain.heads(),
        plain.keyValueHeads(),
        plain.headSize(),
        plain.vocabulary(),
        plain.context(),
        plain.normEpsilon(),
        plain.ropeBase(),
        plain.ropeDimensions(),
        plain.attention(),
        new Multipliers(1, usual.scores(), 1, 1, cap, 0));
  }

  private static float[] attend(
      Attention attention,
      CpuKvCache cache,
      WorkerPool pool,
      float[] queries,
      int rows,
      int start,
      int window) {
    float[] scaled = new float[queries.length];
    for (int i = 0; i < queries.length; i++) {
      scaled[i] = queries[i] * attention.queryFactor();
    }
    float[] output = new float[rows * WIDTH];
    int firstChunk = Attention.firstChunk(start, window);
    int chunks = Attention.chunks(start + rows) - firstChunk;
    int sets = attention.querySets(rows);
    int units = KEY_HEADS * chunks * sets;
    int joins = rows * HEADS;
    pool.run(worker -> {
      for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
        int keyHead = unit / sets / chunks;
        int chunk = firstChunk + unit / sets % chunks;
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
            start,
            start,
            window);
      }
      worker.await();
      for (int unit = worker.claim(joins); unit >= 0; unit = worker.claim(joins)) {
        int row = unit / HEADS;
        attention
            .parts()
            .join(
                worker,
                row,
                Attention.firstChunk(start + row, window),
                Attention.chunks(start + row + 1),
                unit % HEADS,
                output,
                unit * HEAD_SIZE);
      }
    });
    return output;
  }

  private static double[] exact(
      float[] queries,
      int from,
      float[][] keys,
      float[][] values,
      int first,
      int last,
      double cap) {
    double[] scores = new double[last + 1];
    double largest = Double.NEGATIVE_INFINITY;
    for (int position = first; position <= last; position++) {
      for (int c = 0; c < HEAD_SIZE; c++) {
        scores[position] += (double) queries[from + c] * keys[position][c] / Math.sqrt(HEAD_SIZE);
      }
      if (cap > 0) {
        scores[position] = cap * Math.tanh(scores[position] / cap);
      }
      largest = Math.max(largest, scores[position]);
    }
    double sum = 0;
    double[] output = new double[HEAD_SIZE];
    for (int position = first; position <= last; position++) {
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
