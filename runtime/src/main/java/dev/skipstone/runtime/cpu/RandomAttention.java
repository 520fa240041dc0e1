package dev.skipstone.runtime.cpu;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.KernelSuite.AttentionShape;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/** Attention of all layers over a cache of random cells: the phases that a pass has of it. */
final class RandomAttention implements WorkerPool.Task {
  private final HyperParameters sizes;
  private final int start;
  private final int rows;
  private final CpuKvCache cache;
  private final Attention attention;
  private final float[] queries;
  private final float[] output;
  private final int stride;

  /**
   * @param start positions before the first row
   * @param rows at most {@link Attention#ROWS}
   */
  RandomAttention(HyperParameters sizes, int start, int rows, int workers, Arena arena) {
    this.sizes = sizes;
    this.start = start;
    this.rows = rows;
    int end = start + rows;
    int headSize = sizes.headSize();
    stride = sizes.heads() * headSize;
    attention = new Attention(sizes, end, workers);
    cache = new CpuKvCache(sizes.layers(), sizes.keyValueHeads(), headSize, end, arena);
    queries = new float[rows * stride];
    output = new float[rows * stride];
    SplittableRandom random = new SplittableRandom(4);
    float[] cell = new float[2 * headSize];
    for (int layer = 0; layer < sizes.layers(); layer++) {
      for (int head = 0; head < sizes.keyValueHeads(); head++) {
        for (int position = 0; position < end; position++) {
          fill(cell, 1, random);
          cache.put(layer, head, position, cell, 0, headSize);
        }
      }
    }
    cache.extend(end);
    fill(queries, attention.queryFactor(), random);
  }

  /** A model of that shape, as far as attention and RoPE look at it. */
  static HyperParameters sizes(AttentionShape shape, int context) {
    int width = shape.heads() * shape.headSize();
    return new HyperParameters(
        shape.layers(),
        width,
        width,
        shape.heads(),
        shape.keyValueHeads(),
        shape.headSize(),
        1,
        context,
        1e-5f,
        10_000,
        shape.headSize());
  }

  private static void fill(float[] values, float factor, SplittableRandom random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1) * factor;
    }
  }

  /** Of the last layer, [rows][heads][head size]. */
  float[] output() {
    return output;
  }

  @Override
  public void run(Worker worker) {
    int chunks = Attention.chunks(start + rows);
    int sets = attention.querySets(rows);
    int units = sizes.keyValueHeads() * chunks * sets;
    int heads = sizes.heads();
    int joins = rows * heads;
    for (int layer = 0; layer < sizes.layers(); layer++) {
      for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
        int keyHead = unit / sets / chunks;
        int chunk = unit / sets % chunks;
        int set = unit % sets;
        attention.attend(
            worker.index(),
            cache,
            layer,
            keyHead,
            chunk,
            set,
            queries,
            0,
            stride,
            0,
            rows,
            start,
            start,
            start,
            Attention.NO_WINDOW);
      }
      worker.await();
      for (int unit = worker.claim(joins); unit >= 0; unit = worker.claim(joins)) {
        int row = unit / heads;
        attention
            .parts()
            .join(
                worker,
                row,
                0,
                Attention.chunks(start + row + 1),
                unit % heads,
                output,
                unit * sizes.headSize());
      }
      worker.await();
    }
  }
}
