package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassLimits;
import dev.skipstone.runtime.pass.TokenBlocks;
import java.util.Optional;

/**
 * The transformer: executes passes. All workers go through a pass together; its phases divide their
 * work into units, which workers claim. A layer has eight phases: query, key and value; rotation
 * and cache; attention by chunks of positions; its joining; output; gate and up; their product;
 * down. In an adapted pass the products with deltas' down matrices are units of the projections'
 * phases, and those with their up matrices phases of their own.
 *
 * <p>Rows of several sequences differ in where their keys and values are; everything else is
 * shared.
 */
final class Transformer {
  private static final int MAX_ROWS = 64;

  /** Most rows that logits can be asked for. */
  static final int MAX_LOGIT_ROWS = 16;

  /** Blocks of a row that are gated at once: enough to be worth a claim. */
  private static final int GATE_BLOCKS = 8;

  private final HyperParameters sizes;
  private final CpuWeights weights;
  private final WorkerPool pool;
  private final RotaryEmbedding rope;
  private final Attention attention;
  private final CpuLogits logits;
  private final WorkerPool.TaskOver<PassRows> execution = this::execute;

  private final ResidualStream residual;

  /** What goes into the projections of the heads and of the MLP's inside. */
  private final Activations attended;

  private final Activations gated;

  /** What comes out of projections. */
  private final float[] queriesKeysValues;

  private final float[] gateAndUp;

  /** Of adapted passes; null without one. */
  private final CpuAdapter adapter;

  /** Products with deltas' down matrices. */
  private final Activations[] low;

  /**
   * @param adapter null for none
   */
  Transformer(
      Architecture architecture,
      HyperParameters sizes,
      CpuWeights weights,
      CpuAdapter adapter,
      WorkerPool pool,
      int context) {
    this.sizes = sizes;
    this.weights = weights;
    this.adapter = adapter;
    this.pool = pool;
    ActivationForms forms = adapter == null ? weights.forms() : adapter.forms();
    low = adapter == null ? new Activations[0] : adapter.allocateLow(MAX_ROWS);
    residual = new ResidualStream(sizes, forms, MAX_ROWS, pool.size());
    attended = Activations.allocate(MAX_ROWS, headWidth(sizes), forms.attended());
    gated = Activations.allocate(MAX_ROWS, sizes.hidden(), forms.gated());
    queriesKeysValues = new float[MAX_ROWS * weights.widestInput()];
    gateAndUp = new float[MAX_ROWS * weights.widestGateAndUp()];
    rope = new RotaryEmbedding(architecture.rope(), sizes, MAX_ROWS);
    attention = new Attention(sizes, context, pool.size());
    logits = new CpuLogits(MAX_LOGIT_ROWS, sizes.vocabulary(), weights.output().stride());
  }

  /** What passes may be like. */
  PassLimits limits() {
    return new PassLimits(
        MAX_ROWS,
        MAX_LOGIT_ROWS,
        sizes.vocabulary(),
        sizes.layers(),
        Optional.ofNullable(adapter).map(CpuAdapter::source));
  }

  private static int headWidth(HyperParameters sizes) {
    return sizes.heads() * sizes.headSize();
  }

  /** Bytes of a runner's buffers that only adapted passes use. */
  static long scratchBytes(AdapterWeights adapter) {
    return CpuAdapter.scratchBytes(adapter, MAX_ROWS);
  }

  /** Bytes of a runner besides its cache, tiles' filling not counted. */
  static long scratchBytes(HyperParameters sizes, ActivationForms forms, int context, int threads) {
    long keyValueWidth = 2L * sizes.keyValueHeads() * sizes.headSize();
    long floats = headWidth(sizes) + keyValueWidth + 2L * sizes.hidden();
    return MAX_ROWS * floats * Float.BYTES
        + ResidualStream.bytes(sizes, forms, MAX_ROWS, threads)
        + Activations.bytes(MAX_ROWS, headWidth(sizes), forms.attended())
        + Activations.bytes(MAX_ROWS, sizes.hidden(), forms.gated())
        + Attention.bytes(sizes, context, threads)
        + (long) MAX_LOGIT_ROWS * sizes.vocabulary() * Float.BYTES;
  }

  /** Runs passes that were checked; their caches end behind their last rows then. */
  Logits run(PassRows next) {
    attended.arrange(next.rows());
    gated.arrange(next.rows());
    for (Activations buffer : low) {
      buffer.arrange(next.rows());
    }
    pool.run(execution, next);
    next.extendCaches();
    if (next.adapted()) {
      logits.show(next.logitRows().length, adapter.vocabulary());
    } else {
      logits.show(next.logitRows().length);
    }
    return logits;
  }

  private void execute(Worker worker, PassRows running) {
    embed(worker, running);
    LayerPath path = running.path();
    int rows = running.rows();
    for (int i = 0; i < sizes.layers(); i++) {
      CpuAdapter.Layer deltas = running.adapted() ? adapter.layers().get(i) : CpuAdapter.Layer.NONE;
      bridge(worker, running, i);
      if (path.runsAttention(i)) {
        attentionBlock(worker, running, i, deltas);
      }
      if (path.runsMlp(i)) {
        mlpBlock(worker, rows, weights.layers().get(i), deltas);
      }
    }
    bridge(worker, running, sizes.layers());
    if (running.logitRows().length > 0) {
      output(worker, running);
    }
  }

  private void embed(Worker worker, PassRows running) {
    int rows = running.rows();
    for (int r = worker.claim(rows); r >= 0; r = worker.claim(rows)) {
      int token = running.token(r);
      if (token >= 0) {
        weights.embedding().readRow(token, residual.values(), r * residual.stride());
      } else {
        float[] mask = adapter.masks()[Pass.mask(token) - 1];
        System.arraycopy(mask, 0, residual.values(), r * residual.stride(), mask.length);
      }
      rope.prepare(r, running.position(r));
    }
    worker.await();
  }

  /** Takes the residual stream over a gap, if there is a bridge before a layer. */
  private void bridge(Worker worker, PassRows running, int layer) {
    CpuAdapter.Bridge bridge = running.adapted() ? adapter.bridges()[layer] : null;
    if (bridge != null) {
      residual.cross(worker, running.rows(), bridge, low);
    }
  }

  private void attentionBlock(Worker worker, PassRows running, int index, CpuAdapter.Layer deltas) {
    CpuWeights.Layer layer = weights.layers().get(index);
    Projection input = layer.input();
    int rows = running.rows();
    Activations normedRows = residual.normed(worker, rows, layer.attentionNorm());
    int downs = deltas.input().downUnits();
    int units = downs + input.tiles();
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      if (unit < downs) {
        deltas.input().multiplyDown(unit, normedRows, rows, low);
      } else {
        input.multiplyTile(unit - downs, normedRows, rows, queriesKeysValues);
      }
    }
    worker.await();
    addUps(worker, deltas.input(), rows, queriesKeysValues);
    int keyHeads = sizes.keyValueHeads();
    int heads = rows * keyHeads;
    for (int unit = worker.claim(heads); unit >= 0; unit = worker.claim(heads)) {
      rotateAndStore(running, index, input, unit / keyHeads, unit % keyHeads);
    }
    worker.await();
    for (int row = 0; row < rows; row += Attention.ROWS) {
      int end = Math.min(row + Attention.ROWS, rows);
      attend(worker, running, index, input.stride(), row, end);
    }
    addProduct(worker, layer.attentionOutput(), deltas.attentionOutput(), attended, rows);
  }

  /** Rotates a row's key head and its queries; puts the former into the cache. */
  private void rotateAndStore(PassRows running, int layer, Projection input, int row, int keyHead) {
    int headSize = sizes.headSize();
    int group = sizes.heads() / sizes.keyValueHeads();
    int offset = row * input.stride();
    for (int head = keyHead * group; head < (keyHead + 1) * group; head++) {
      rope.rotate(queriesKeysValues, offset + head * headSize, row, attention.queryFactor());
    }
    int key = offset + input.offset(1) + keyHead * headSize;
    int value = offset + input.offset(2) + keyHead * headSize;
    rope.rotate(queriesKeysValues, key, row, 1);
    running.cache(row).put(layer, keyHead, running.position(row), queriesKeysValues, key, value);
  }

  /** Attention of a few rows, from the queries to the output's input. */
  private void attend(Worker worker, PassRows running, int layer, int stride, int first, int end) {
    int units = 0;
    for (int row = first; row < end; row = running.endOfSequence(row, end)) {
      units += attentionUnits(running, row, running.endOfSequence(row, end));
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
      joinHeads(worker, running, first, unit / perRow, unit % perRow * perUnit, perUnit);
    }
    worker.await();
  }

  /** Units of rows that follow each other in a sequence. */
  private int attentionUnits(PassRows running, int row, int end) {
    int chunks = Attention.chunks(running.position(end - 1) + 1);
    return sizes.keyValueHeads() * chunks * attention.querySets(end - row);
  }

  /** Finds the rows that a unit belongs to, and does it. */
  private void attendUnit(
      Worker worker, PassRows running, int layer, int stride, int first, int end, int unit) {
    int row = first;
    int next = running.endOfSequence(row, end);
    int rest = unit;
    for (int units = attentionUnits(running, row, next);
        rest >= units;
        units = attentionUnits(running, row, next)) {
      rest -= units;
      row = next;
      next = running.endOfSequence(row, end);
    }
    int start = running.position(row);
    int rows = next - row;
    int chunks = Attention.chunks(start + rows);
    int sets = attention.querySets(rows);
    attention.attend(
        worker.index(),
        running.cache(row),
        layer,
        rest / sets / chunks,
        rest / sets % chunks,
        rest % sets,
        queriesKeysValues,
        row * stride,
        stride,
        row - first,
        rows,
        start);
  }

  private void joinHeads(
      Worker worker, PassRows running, int firstRow, int row, int head, int count) {
    int headSize = sizes.headSize();
    int to = (firstRow + row) * attended.stride();
    int position = running.position(firstRow + row);
    for (int h = head; h < head + count; h++) {
      attention.join(worker, row, position, h, attended.values(), to + h * headSize);
    }
    int end = ((head + count) * headSize + TileFormat.BLOCK - 1) / TileFormat.BLOCK;
    attended.prepare(firstRow + row, head * headSize / TileFormat.BLOCK, end);
  }

  private void mlpBlock(Worker worker, int rows, CpuWeights.Layer layer, CpuAdapter.Layer deltas) {
    Projection input = layer.gateAndUp();
    Activations normedRows = residual.normed(worker, rows, layer.mlpNorm());
    int downs = deltas.gateAndUp().downUnits();
    // Tiles of gate and up lie in memory in turns.
    int tiles = input.tiles() / 2;
    int units = downs + tiles;
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      if (unit < downs) {
        deltas.gateAndUp().multiplyDown(unit, normedRows, rows, low);
      } else {
        input.multiplyTile(unit - downs, normedRows, rows, gateAndUp);
        input.multiplyTile(unit - downs + tiles, normedRows, rows, gateAndUp);
      }
    }
    worker.await();
    addUps(worker, deltas.gateAndUp(), rows, gateAndUp);
    int perRow = (gated.blocks() + GATE_BLOCKS - 1) / GATE_BLOCKS;
    int gates = rows * perRow;
    for (int unit = worker.claim(gates); unit >= 0; unit = worker.claim(gates)) {
      gate(input, unit / perRow, unit % perRow * GATE_BLOCKS);
    }
    worker.await();
    addProduct(worker, layer.down(), deltas.down(), gated, rows);
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

  /** Projects back to the residual stream. */
  private void addProduct(
      Worker worker, Projection projection, LowRankDeltas delta, Activations input, int rows) {
    int downs = delta.downUnits();
    int units = downs + projection.tiles();
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      if (unit < downs) {
        delta.multiplyDown(unit, input, rows, low);
      } else {
        projection.addTile(unit - downs, input, rows, residual.values());
      }
    }
    worker.await();
    addUps(worker, delta, rows, residual.values());
  }

  /**
   * Adds what a projection's deltas give to its output: the second half, a phase if there is one.
   */
  private void addUps(Worker worker, LowRankDeltas delta, int rows, float[] output) {
    int ups = delta.upUnits();
    if (ups > 0) {
      for (int unit = worker.claim(ups); unit >= 0; unit = worker.claim(ups)) {
        delta.addUp(unit, low, rows, output);
      }
      worker.await();
    }
  }

  private void output(Worker worker, PassRows running) {
    int rows = running.logitRows().length;
    Activations normedRows =
        residual.normed(worker, running.logitRows(), rows, weights.outputNorm());
    if (running.adapted()) {
      scoreSome(worker, normedRows, rows);
      return;
    }
    Projection projection = weights.output();
    int tiles = projection.tiles();
    for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
      projection.multiplyTile(tile, normedRows, rows, logits.values());
    }
    worker.await();
  }

  /** Logits of the tokens that can be drafted, side by side: a block of them is a tile. */
  private void scoreSome(Worker worker, Activations normedRows, int rows) {
    TokenBlocks tokens = adapter.vocabulary();
    int blocks = tokens.count();
    int stride = blocks * TileFormat.ROWS;
    for (int i = worker.claim(blocks); i >= 0; i = worker.claim(blocks)) {
      int offset = i * TileFormat.ROWS;
      weights
          .output()
          .multiplyTile(tokens.block(i), normedRows, rows, logits.values(), offset, stride);
    }
    worker.await();
  }
}
