package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.KvCache;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassLimits;
import dev.skipstone.runtime.pass.PassRunner;
import java.lang.foreign.Arena;

/**
 * The transformer: executes passes of one sequence. All workers go through a pass together; each
 * method below is a phase that divides its work among them, and a barrier ends it.
 */
final class CpuRunner implements PassRunner {
  private static final int MAX_ROWS = 64;
  private static final int MAX_LOGIT_ROWS = 16;

  private final HyperParameters sizes;
  private final CpuWeights weights;
  private final WorkerPool pool;
  private final PassLimits limits;
  private final Arena arena;
  private final CpuKvCache cache;
  private final RotaryEmbedding rope;
  private final Attention attention;
  private final CpuLogits logits;

  /** The residual stream, [rows][width]. */
  private final float[] residual;

  /** What goes into projections of the residual stream, of the heads, of the MLP's inside. */
  private final Activations normed;

  private final Activations attended;
  private final Activations gated;

  /** What comes out of projections. */
  private final float[] queriesKeysValues;

  private final float[] gateAndUp;
  private final float[] update;
  private final float[][] lanes;

  @SuppressWarnings("MustBeClosed") // close() does
  CpuRunner(
      Architecture architecture,
      HyperParameters sizes,
      CpuWeights weights,
      WorkerPool pool,
      int context) {
    this.sizes = sizes;
    this.weights = weights;
    this.pool = pool;
    limits = new PassLimits(MAX_ROWS, MAX_LOGIT_ROWS, sizes.vocabulary(), sizes.layers());
    CpuWeights.Layer layer = weights.layers().getFirst();
    int headWidth = sizes.heads() * sizes.headSize();
    residual = new float[MAX_ROWS * sizes.width()];
    normed = Activations.allocate(MAX_ROWS, sizes.width());
    attended = Activations.allocate(MAX_ROWS, headWidth);
    gated = Activations.allocate(MAX_ROWS, sizes.hidden());
    queriesKeysValues = new float[MAX_ROWS * layer.input().stride()];
    gateAndUp = new float[MAX_ROWS * layer.gateAndUp().stride()];
    update =
        new float[MAX_ROWS * Math.max(layer.attentionOutput().stride(), layer.down().stride())];
    lanes = new float[pool.size()][Lanes.FLOATS];
    rope = new RotaryEmbedding(architecture.rope(), sizes, MAX_ROWS);
    attention = new Attention(sizes, MAX_ROWS, context, pool.size());
    logits = new CpuLogits(MAX_LOGIT_ROWS, sizes.vocabulary(), weights.output().stride());
    arena = Arena.ofShared();
    cache = new CpuKvCache(sizes.layers(), sizes.keyValueHeads(), sizes.headSize(), context, arena);
  }

  /** Bytes of a runner besides its cache, tiles' filling not counted. */
  static long scratchBytes(HyperParameters sizes, int context, int threads) {
    int headWidth = sizes.heads() * sizes.headSize();
    long keyValueWidth = 2L * sizes.keyValueHeads() * sizes.headSize();
    long floats = 2L * sizes.width() + headWidth + keyValueWidth + 2L * sizes.hidden();
    return MAX_ROWS * floats * Float.BYTES
        + Activations.bytes(MAX_ROWS, sizes.width())
        + Activations.bytes(MAX_ROWS, headWidth)
        + Activations.bytes(MAX_ROWS, sizes.hidden())
        + Attention.bytes(MAX_ROWS, context, sizes.headSize(), threads)
        + (long) MAX_LOGIT_ROWS * sizes.vocabulary() * Float.BYTES;
  }

  @Override
  public int maxRows() {
    return limits.rows();
  }

  @Override
  public int maxLogitRows() {
    return limits.logitRows();
  }

  @Override
  public KvCache cache() {
    return cache;
  }

  @Override
  public Logits run(Pass next) {
    limits.check(next, cache);
    pool.run(worker -> execute(worker, next));
    cache.extend(next.start() + next.rows());
    logits.resize(next.logitRows().length);
    return logits;
  }

  private void execute(Worker worker, Pass next) {
    embed(worker, next);
    worker.await();
    LayerPath path = next.path();
    for (int i = 0; i < sizes.layers(); i++) {
      if (path.runsAttention(i)) {
        attentionBlock(worker, next, i);
      }
      if (path.runsMlp(i)) {
        mlpBlock(worker, next.rows(), weights.layers().get(i));
      }
    }
    if (next.logitRows().length > 0) {
      output(worker, next.logitRows());
    }
  }

  private void embed(Worker worker, Pass next) {
    int end = worker.end(next.rows());
    for (int r = worker.start(next.rows()); r < end; r++) {
      weights.embedding().readRow(next.tokens()[r], residual, r * sizes.width());
      rope.prepare(r, next.start() + r);
    }
  }

  private void attentionBlock(Worker worker, Pass next, int index) {
    CpuWeights.Layer layer = weights.layers().get(index);
    Projection input = layer.input();
    int rows = next.rows();
    norm(worker, rows, layer.attentionNorm(), input.quantizedInput());
    worker.await();
    input.multiply(worker, normed, rows, queriesKeysValues);
    worker.await();
    int heads = sizes.heads() + sizes.keyValueHeads();
    int units = rows * heads;
    int end = worker.end(units);
    for (int unit = worker.start(units); unit < end; unit++) {
      rotateAndStore(next, index, input, unit / heads, unit % heads);
    }
    worker.await();
    attention.run(
        worker,
        cache,
        index,
        queriesKeysValues,
        input.stride(),
        rows,
        next.start(),
        attended.values(),
        attended.stride());
    worker.await();
    project(worker, layer.attentionOutput(), attended, rows);
  }

  /** Rotates one query head or one key head of a row; puts the latter into the cache. */
  private void rotateAndStore(Pass next, int layer, Projection input, int row, int head) {
    int offset = row * input.stride();
    if (head < sizes.heads()) {
      rope.rotate(queriesKeysValues, offset + head * sizes.headSize(), 1, row);
      return;
    }
    int keyHead = head - sizes.heads();
    int key = offset + input.offset(1) + keyHead * sizes.headSize();
    int value = offset + input.offset(2) + keyHead * sizes.headSize();
    rope.rotate(queriesKeysValues, key, 1, row);
    cache.put(layer, keyHead, next.start() + row, queriesKeysValues, key, value);
  }

  private void mlpBlock(Worker worker, int rows, CpuWeights.Layer layer) {
    Projection input = layer.gateAndUp();
    norm(worker, rows, layer.mlpNorm(), input.quantizedInput());
    worker.await();
    input.multiply(worker, normed, rows, gateAndUp);
    worker.await();
    int blocks = gated.blocks();
    int units = rows * blocks;
    int end = worker.end(units);
    for (int unit = worker.start(units); unit < end; unit++) {
      int row = unit / blocks;
      int column = unit % blocks * TileFormat.BLOCK;
      int gate = row * input.stride() + column;
      Rows.siluGate(
          gateAndUp,
          gate,
          gate + input.offset(1),
          TileFormat.BLOCK,
          gated.values(),
          row * gated.stride() + column);
    }
    worker.await();
    project(worker, layer.down(), gated, rows);
  }

  private void norm(Worker worker, int rows, float[] weight, boolean quantize) {
    int end = worker.end(rows);
    for (int r = worker.start(rows); r < end; r++) {
      Rows.rmsNorm(
          residual,
          r * sizes.width(),
          weight,
          sizes.normEpsilon(),
          normed.values(),
          r * normed.stride(),
          lanes[worker.index()]);
      if (quantize) {
        normed.quantize(r, 0, normed.blocks());
      }
    }
  }

  /** Projects back to the residual stream and adds to it. */
  private void project(Worker worker, Projection projection, Activations input, int rows) {
    if (projection.quantizedInput()) {
      int blocks = input.blocks();
      int end = worker.end(rows * blocks);
      for (int unit = worker.start(rows * blocks); unit < end; unit++) {
        input.quantize(unit / blocks, unit % blocks, unit % blocks + 1);
      }
      worker.await();
    }
    projection.multiply(worker, input, rows, update);
    worker.await();
    int end = worker.end(rows);
    for (int r = worker.start(rows); r < end; r++) {
      Rows.add(residual, r * sizes.width(), update, r * projection.stride(), sizes.width());
    }
    worker.await();
  }

  private void output(Worker worker, int[] logitRows) {
    Projection projection = weights.output();
    if (worker.index() == 0) {
      for (int i = 0; i < logitRows.length; i++) {
        Rows.rmsNorm(
            residual,
            logitRows[i] * sizes.width(),
            weights.outputNorm(),
            sizes.normEpsilon(),
            normed.values(),
            i * normed.stride(),
            lanes[0]);
        if (projection.quantizedInput()) {
          normed.quantize(i, 0, normed.blocks());
        }
      }
    }
    worker.await();
    projection.multiply(worker, normed, logitRows.length, logits.values());
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
