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
 * The transformer: executes passes of one sequence. All workers go through a pass together; its
 * phases divide their work into units, which workers claim. A layer has eight phases: query, key
 * and value; rotation and cache; attention by chunks of positions; its joining; output; gate and
 * up; their product; down.
 *
 * <p>Where a pass has few rows, each worker brings a phase's input to the form that the products
 * take by itself, which costs less than a phase of its own.
 */
final class CpuRunner implements PassRunner {
  private static final int MAX_ROWS = 64;
  private static final int MAX_LOGIT_ROWS = 16;

  /** Blocks of a row that are gated at once: enough to be worth a claim. */
  private static final int GATE_BLOCKS = 8;

  /** Most rows that each worker norms for itself. */
  private static final int FEW_ROWS = 8;

  private final HyperParameters sizes;
  private final CpuWeights weights;
  private final WorkerPool pool;
  private final PassLimits limits;
  private final Arena arena;
  private final CpuKvCache cache;
  private final RotaryEmbedding rope;
  private final Attention attention;
  private final CpuLogits logits;
  private final WorkerPool.TaskOver<Pass> execution = this::execute;

  /** The residual stream, [rows][{@link #residualStride}]. */
  private final float[] residual;

  private final int residualStride;

  /** The normed residual stream: of few rows each worker's own, of many the first. */
  private final Activations[] normed;

  /** What goes into the projections of the heads and of the MLP's inside. */
  private final Activations attended;

  private final Activations gated;

  /** What comes out of projections. */
  private final float[] queriesKeysValues;

  private final float[] gateAndUp;

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
    residualStride = residualStride(sizes);
    residual = new float[MAX_ROWS * residualStride];
    ActivationForms forms = weights.forms();
    normed = new Activations[pool.size()];
    for (int i = 0; i < normed.length; i++) {
      normed[i] = Activations.allocate(i == 0 ? MAX_ROWS : FEW_ROWS, sizes.width(), forms.normed());
    }
    attended = Activations.allocate(MAX_ROWS, headWidth(sizes), forms.attended());
    gated = Activations.allocate(MAX_ROWS, sizes.hidden(), forms.gated());
    queriesKeysValues = new float[MAX_ROWS * weights.widestInput()];
    gateAndUp = new float[MAX_ROWS * weights.widestGateAndUp()];
    rope = new RotaryEmbedding(architecture.rope(), sizes, MAX_ROWS);
    attention = new Attention(sizes, context, pool.size());
    logits = new CpuLogits(MAX_LOGIT_ROWS, sizes.vocabulary(), weights.output().stride());
    arena = Arena.ofShared();
    cache = new CpuKvCache(sizes.layers(), sizes.keyValueHeads(), sizes.headSize(), context, arena);
  }

  private static int headWidth(HyperParameters sizes) {
    return sizes.heads() * sizes.headSize();
  }

  private static int residualStride(HyperParameters sizes) {
    return (sizes.width() + TileFormat.ROWS - 1) / TileFormat.ROWS * TileFormat.ROWS;
  }

  /** Bytes of a runner besides its cache, tiles' filling not counted. */
  static long scratchBytes(HyperParameters sizes, ActivationForms forms, int context, int threads) {
    long keyValueWidth = 2L * sizes.keyValueHeads() * sizes.headSize();
    long floats = residualStride(sizes) + headWidth(sizes) + keyValueWidth + 2L * sizes.hidden();
    return MAX_ROWS * floats * Float.BYTES
        + Activations.bytes(MAX_ROWS, sizes.width(), forms.normed())
        + (threads - 1) * Activations.bytes(FEW_ROWS, sizes.width(), forms.normed())
        + Activations.bytes(MAX_ROWS, headWidth(sizes), forms.attended())
        + Activations.bytes(MAX_ROWS, sizes.hidden(), forms.gated())
        + Attention.bytes(sizes, context, threads)
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
    attended.arrange(next.rows());
    gated.arrange(next.rows());
    pool.run(execution, next);
    cache.extend(next.start() + next.rows());
    logits.resize(next.logitRows().length);
    return logits;
  }

  private void execute(Worker worker, Pass running) {
    embed(worker, running);
    LayerPath path = running.path();
    for (int i = 0; i < sizes.layers(); i++) {
      if (path.runsAttention(i)) {
        attentionBlock(worker, running, i);
      }
      if (path.runsMlp(i)) {
        mlpBlock(worker, running.rows(), weights.layers().get(i));
      }
    }
    if (running.logitRows().length > 0) {
      output(worker, running.logitRows());
    }
  }

  private void embed(Worker worker, Pass running) {
    int rows = running.rows();
    for (int r = worker.claim(rows); r >= 0; r = worker.claim(rows)) {
      weights.embedding().readRow(running.tokens()[r], residual, r * residualStride);
      rope.prepare(r, running.start() + r);
    }
    worker.await();
  }

  private void attentionBlock(Worker worker, Pass running, int index) {
    CpuWeights.Layer layer = weights.layers().get(index);
    Projection input = layer.input();
    int rows = running.rows();
    Activations normedRows = norm(worker, rows, layer.attentionNorm());
    int tiles = input.tiles();
    for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
      input.multiplyTile(tile, normedRows, rows, queriesKeysValues);
    }
    worker.await();
    int keyHeads = sizes.keyValueHeads();
    int units = rows * keyHeads;
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      rotateAndStore(running, index, input, unit / keyHeads, unit % keyHeads);
    }
    worker.await();
    for (int row = 0; row < rows; row += Attention.ROWS) {
      int count = Math.min(Attention.ROWS, rows - row);
      attend(worker, index, input.stride(), row, count, running.start() + row);
    }
    addProduct(worker, layer.attentionOutput(), attended, rows);
  }

  /** Rotates a row's key head and its queries; puts the former into the cache. */
  private void rotateAndStore(Pass running, int layer, Projection input, int row, int keyHead) {
    int headSize = sizes.headSize();
    int group = sizes.heads() / sizes.keyValueHeads();
    int offset = row * input.stride();
    for (int head = keyHead * group; head < (keyHead + 1) * group; head++) {
      rope.rotate(queriesKeysValues, offset + head * headSize, row, attention.queryFactor());
    }
    int key = offset + input.offset(1) + keyHead * headSize;
    int value = offset + input.offset(2) + keyHead * headSize;
    rope.rotate(queriesKeysValues, key, row, 1);
    cache.put(layer, keyHead, running.start() + row, queriesKeysValues, key, value);
  }

  /** Attention of a few rows, from the queries to the output's input. */
  private void attend(Worker worker, int layer, int stride, int row, int rows, int start) {
    int chunks = Attention.chunks(start + rows);
    int sets = attention.querySets(rows);
    int units = sizes.keyValueHeads() * chunks * sets;
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      attention.attend(
          worker.index(),
          cache,
          layer,
          unit / sets / chunks,
          unit / sets % chunks,
          unit % sets,
          queriesKeysValues,
          row * stride,
          stride,
          rows,
          start);
    }
    worker.await();
    // A unit's heads fill whole blocks.
    int perUnit = sizes.headSize() % TileFormat.BLOCK == 0 ? 1 : sizes.heads();
    int perRow = sizes.heads() / perUnit;
    int joins = rows * perRow;
    for (int unit = worker.claim(joins); unit >= 0; unit = worker.claim(joins)) {
      joinHeads(worker, row, unit / perRow, unit % perRow * perUnit, perUnit, start);
    }
    worker.await();
  }

  private void joinHeads(Worker worker, int firstRow, int row, int head, int count, int start) {
    int headSize = sizes.headSize();
    int to = (firstRow + row) * attended.stride();
    for (int h = head; h < head + count; h++) {
      attention.join(worker, row, start + row, h, attended.values(), to + h * headSize);
    }
    int end = ((head + count) * headSize + TileFormat.BLOCK - 1) / TileFormat.BLOCK;
    attended.prepare(firstRow + row, head * headSize / TileFormat.BLOCK, end);
  }

  private void mlpBlock(Worker worker, int rows, CpuWeights.Layer layer) {
    Projection input = layer.gateAndUp();
    Activations normedRows = norm(worker, rows, layer.mlpNorm());
    // Tiles of gate and up lie in memory in turns.
    int tiles = input.tiles() / 2;
    for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
      input.multiplyTile(tile, normedRows, rows, gateAndUp);
      input.multiplyTile(tiles + tile, normedRows, rows, gateAndUp);
    }
    worker.await();
    int perRow = (gated.blocks() + GATE_BLOCKS - 1) / GATE_BLOCKS;
    int units = rows * perRow;
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      gate(input, unit / perRow, unit % perRow * GATE_BLOCKS);
    }
    worker.await();
    addProduct(worker, layer.down(), gated, rows);
  }

  /** Gates some blocks of a row, and prepares them. */
  private void gate(Projection input, int row, int block) {
    int end = Math.min(gated.blocks(), block + GATE_BLOCKS);
    int gate = row * input.stride() + block * TileFormat.BLOCK;
    Rows.siluGate(
        gateAndUp,
        gate,
        gate + input.offset(1),
        (end - block) * TileFormat.BLOCK,
        gated.values(),
        row * gated.stride() + block * TileFormat.BLOCK);
    gated.prepare(row, block, end);
  }

  /** Norms the residual stream; of few rows each worker for itself. */
  private Activations norm(Worker worker, int rows, float[] weight) {
    if (rows <= FEW_ROWS) {
      Activations own = normed[worker.index()];
      own.arrange(rows);
      for (int r = 0; r < rows; r++) {
        normRow(worker, r, weight, own, r);
      }
      return own;
    }
    // Every worker says the same.
    normed[0].arrange(rows);
    for (int r = worker.claim(rows); r >= 0; r = worker.claim(rows)) {
      normRow(worker, r, weight, normed[0], r);
    }
    worker.await();
    return normed[0];
  }

  private void normRow(Worker worker, int row, float[] weight, Activations target, int to) {
    Rows.rmsNorm(
        residual,
        row * residualStride,
        weight,
        sizes.normEpsilon(),
        target.values(),
        to * target.stride(),
        worker.lanes());
    target.prepare(to, 0, target.blocks());
  }

  /** Projects back to the residual stream. */
  private void addProduct(Worker worker, Projection projection, Activations input, int rows) {
    int tiles = projection.tiles();
    for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
      projection.addTile(tile, input, rows, residual);
    }
    worker.await();
  }

  private void output(Worker worker, int[] logitRows) {
    Projection projection = weights.output();
    int rows = logitRows.length;
    Activations normedRows = rows <= FEW_ROWS ? normed[worker.index()] : normed[0];
    normedRows.arrange(rows);
    if (rows <= FEW_ROWS) {
      for (int i = 0; i < rows; i++) {
        normRow(worker, logitRows[i], weights.outputNorm(), normedRows, i);
      }
    } else {
      for (int i = worker.claim(rows); i >= 0; i = worker.claim(rows)) {
        normRow(worker, logitRows[i], weights.outputNorm(), normedRows, i);
      }
      worker.await();
    }
    int tiles = projection.tiles();
    for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
      projection.multiplyTile(tile, normedRows, rows, logits.values());
    }
    worker.await();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
