package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;

/**
 * An attention block from its queries, keys and values to what goes into its output's projection:
 * norms of queries and keys, rotation and cache; attention by chunks of positions; its joining.
 */
final class AttentionInside {
  private final HyperParameters sizes;
  private final LayerRopes ropes;
  private final Attention attention;
  private final Activations attended;
  private final float[] queriesKeysValues;
  private final int[] windows;

  /**
   * @param attended receives the result
   * @param queriesKeysValues rows of a layer's queries, keys and values
   * @param context positions of a cache
   */
  AttentionInside(
      RopePairing pairing,
      HyperParameters sizes,
      Activations attended,
      float[] queriesKeysValues,
      int maxRows,
      int context,
      int workers) {
    this.sizes = sizes;
    this.attended = attended;
    this.queriesKeysValues = queriesKeysValues;
    ropes = new LayerRopes(pairing, sizes, maxRows);
    ropes.expect(context);
    attention = new Attention(sizes, context, workers);
    windows =
        sizes.attention().stream()
            .mapToInt(layer -> layer.window() == 0 ? Attention.NO_WINDOW : layer.window())
            .toArray();
  }

  static long bytes(HyperParameters sizes, int context, int workers) {
    return Attention.bytes(sizes, context, workers);
  }

  /** As {@link RotaryEmbedding#expect}. */
  boolean expect(int positions) {
    return ropes.expect(positions);
  }

  /** Makes ready for a row of a pass. */
  void prepare(int row, int position) {
    ropes.prepare(row, position);
  }

  /**
   * Attends from the queries, keys and values of a pass's first rows, which are then in the caches.
   */
  void run(Worker worker, PassRows running, int rows, int index, CpuWeights.Layer layer) {
    Projection input = layer.input();
    if (normsWhole(layer)) {
      for (int row = worker.claim(rows); row >= 0; row = worker.claim(rows)) {
        norm(worker, row * input.stride(), layer.queryNorm());
        norm(worker, row * input.stride() + input.offset(1), layer.keyNorm());
      }
      worker.await();
    }
    int keyHeads = sizes.keyValueHeads();
    int heads = rows * keyHeads;
    for (int unit = worker.claim(heads); unit >= 0; unit = worker.claim(heads)) {
      if (layer.queryNorm() != null && !normsWhole(layer)) {
        normHeads(worker, layer, unit / keyHeads, unit % keyHeads);
      }
      rotateAndStore(running, index, input, unit / keyHeads, unit % keyHeads);
    }
    worker.await();
    for (int row = 0; row < rows; row += Attention.ROWS) {
      int end = Math.min(row + Attention.ROWS, rows);
      attend(worker, running, index, input.stride(), row, end);
    }
  }

  /** Whether all heads of a row are normed as one. */
  private boolean normsWhole(CpuWeights.Layer layer) {
    return layer.queryNorm() != null && layer.queryNorm().length > sizes.headSize();
  }

  private void normHeads(Worker worker, CpuWeights.Layer layer, int row, int keyHead) {
    int headSize = sizes.headSize();
    int group = sizes.heads() / sizes.keyValueHeads();
    int offset = row * layer.input().stride();
    for (int head = keyHead * group; head < (keyHead + 1) * group; head++) {
      norm(worker, offset + head * headSize, layer.queryNorm());
    }
    norm(worker, offset + layer.input().offset(1) + keyHead * headSize, layer.keyNorm());
  }

  private void norm(Worker worker, int from, float[] weight) {
    float epsilon = sizes.normEpsilon();
    Rows.rmsNorm(queriesKeysValues, from, weight, epsilon, queriesKeysValues, from, worker.lanes());
  }

  /** Rotates a row's key head and its queries; puts the former into the cache. */
  private void rotateAndStore(PassRows running, int layer, Projection input, int row, int keyHead) {
    RotaryEmbedding rope = ropes.of(layer);
    int headSize = sizes.headSize();
    int group = sizes.heads() / sizes.keyValueHeads();
    int offset = row * input.stride();
    for (int head = keyHead * group; head < (keyHead + 1) * group; head++) {
      rope.rotate(queriesKeysValues, offset + head * headSize, row, attention.queryFactor());
    }
    int key = offset + input.offset(1) + keyHead * headSize;
    int value = offset + input.offset(2) + keyHead * headSize;
    rope.rotate(queriesKeysValues, key, row, 1);
    running.cache(row).put(layer, keyHead, running.slot(row), queriesKeysValues, key, value);
  }

  /** Attention of a few rows, from the queries to the output's input. */
  private void attend(Worker worker, PassRows running, int layer, int stride, int first, int end) {
    int window = windows[layer];
    int units = 0;
    for (int row = first; row < end; row = running.endOfRun(row, end)) {
      units += units(running, row, running.endOfRun(row, end), window);
    }
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      attendUnit(worker, running, layer, stride, first, end, unit);
    }
    worker.await();
    // A unit's heads fill whole blocks.
    int perUnit = sizes.headSize() % TileFormat.BLOCK == 0 ? 1 : sizes.heads();
    int perRow = sizes.heads() / perUnit;
    int joins = (end - first) * perRow;
    for (int unit = worker.claim(joins); unit >= 0; unit = worker.claim(joins)) {
      joinHeads(worker, running, first, unit / perRow, unit % perRow * perUnit, perUnit, window);
    }
    worker.await();
  }

  /** Units of rows of a run. */
  private int units(PassRows running, int row, int end, int window) {
    return sizes.keyValueHeads()
        * chunks(running, row, end, window)
        * attention.querySets(end - row);
  }

  /** Chunks that such rows attend to. */
  private static int chunks(PassRows running, int row, int end, int window) {
    return Attention.chunks(running.slot(end - 1) + 1)
        - Attention.firstChunk(running.position(row), window);
  }

  /** Finds the rows that a unit belongs to, and does it. */
  private void attendUnit(
      Worker worker, PassRows running, int layer, int stride, int first, int end, int unit) {
    int window = windows[layer];
    int row = first;
    int next = running.endOfRun(row, end);
    int rest = unit;
    for (int units = units(running, row, next, window);
        rest >= units;
        units = units(running, row, next, window)) {
      rest -= units;
      row = next;
      next = running.endOfRun(row, end);
    }
    int position = running.position(row);
    int rows = next - row;
    int chunks = chunks(running, row, next, window);
    int sets = attention.querySets(rows);
    attention.attend(
        worker.index(),
        running.cache(row),
        layer,
        rest / sets / chunks,
        rest / sets % chunks + Attention.firstChunk(position, window),
        rest % sets,
        queriesKeysValues,
        row * stride,
        stride,
        row - first,
        rows,
        position,
        running.context(row),
        running.slot(row),
        window);
  }

  private void joinHeads(
      Worker worker, PassRows running, int firstRow, int row, int head, int count, int window) {
    int headSize = sizes.headSize();
    int to = (firstRow + row) * attended.stride();
    int first = Attention.firstChunk(running.position(firstRow + row), window);
    int chunks = Attention.chunks(running.slot(firstRow + row) + 1);
    for (int h = head; h < head + count; h++) {
      attention.parts().join(worker, row, first, chunks, h, attended.values(), to + h * headSize);
    }
    int end = ((head + count) * headSize + TileFormat.BLOCK - 1) / TileFormat.BLOCK;
    attended.prepare(firstRow + row, head * headSize / TileFormat.BLOCK, end);
  }
}
