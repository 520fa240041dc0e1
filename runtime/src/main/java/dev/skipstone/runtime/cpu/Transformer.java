package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture;
import dev.skipstone.model.Architecture.Activation;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassLimits;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.pass.TokenBlocks;
import java.util.Optional;

/**
 * The transformer: executes passes. All workers go through a pass together; its phases divide their
 * work into units, which workers claim. A layer has eight phases: query, key and value; rotation
 * and cache; attention by chunks of positions; its joining; output; gate and up; their product;
 * down; in some families a few more. In an adapted pass the products with deltas' down matrices are
 * units of the projections' phases, and those with their up matrices phases of their own.
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
  private final AttentionInside attention;
  private final CpuLogits logits;
  private final WorkerPool.TaskOver<PassRows> execution = this::execute;

  private final boolean gelu;
  private final ResidualStream residual;
  private final SublayerOutput sublayerOutput;

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
    gelu = architecture.activation() == Activation.GELU_TANH;
    sublayerOutput = new SublayerOutput(sizes, residual, low, MAX_ROWS);
    attention =
        new AttentionInside(
            architecture.rope(),
            sizes,
            attended,
            queriesKeysValues,
            MAX_ROWS,
            context,
            pool.size());
    logits = new CpuLogits(MAX_LOGIT_ROWS, sizes.vocabulary(), weights.output().stride());
  }

  /** What passes may be like. */
  PassLimits limits() {
    return new PassLimits(
        MAX_ROWS,
        MAX_LOGIT_ROWS,
        sizes.vocabulary(),
        sizes.layers(),
        Optional.ofNullable(adapter).map(CpuAdapter::source),
        true);
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
        + SublayerOutput.bytes(sizes, MAX_ROWS)
        + AttentionInside.bytes(sizes, context, threads)
        + (long) MAX_LOGIT_ROWS * sizes.vocabulary() * Float.BYTES;
  }

  /** As {@link PassRunner#expect}, of what is in all caches. */
  boolean expect(int positions) {
    return !attention.expect(positions);
  }

  /** Runs passes that were checked; their caches end behind their last rows then. */
  Logits run(PassRows next) {
    attended.arrange(next.allRows());
    gated.arrange(next.allRows());
    for (Activations buffer : low) {
      buffer.arrange(next.allRows());
    }
    pool.run(execution, next);
    next.extendCaches();
    int wanted = next.logitRows().length;
    if (next.adapted()) {
      logits.show(wanted, adapter.vocabulary());
    } else if (next.ownLogitRows() < wanted) {
      logits.show(next.ownLogitRows(), wanted, adapter.vocabulary());
    } else {
      logits.show(wanted);
    }
    return logits;
  }

  private void execute(Worker worker, PassRows running) {
    embed(worker, running);
    LayerPath path = running.path();
    for (int i = 0; i < sizes.layers(); i++) {
      bridge(worker, running, i);
      if (path.runsAttention(i)) {
        attentionBlock(worker, running, i);
      }
      if (path.runsMlp(i)) {
        mlpBlock(worker, running, i);
      }
    }
    bridge(worker, running, sizes.layers());
    if (running.logitRows().length > 0) {
      output(worker, running);
    }
  }

  /** Rows that a sublayer runs over: those of masks that ride only if the adapter keeps it. */
  private static int rows(PassRows running, boolean kept) {
    return kept ? running.allRows() : running.rows();
  }

  private boolean keepsAttention(PassRows running, int layer) {
    return adapts(running) && adapter.source().path().runsAttention(layer);
  }

  private boolean keepsMlp(PassRows running, int layer) {
    return adapts(running) && adapter.source().path().runsMlp(layer);
  }

  /** Whether there are rows that the adapter acts on. */
  private static boolean adapts(PassRows running) {
    return running.firstAdapted() < running.allRows();
  }

  private void embed(Worker worker, PassRows running) {
    int rows = running.allRows();
    for (int r = worker.claim(rows); r >= 0; r = worker.claim(rows)) {
      int token = running.token(r);
      if (token >= 0) {
        weights.embedding().readRow(token, residual.values(), r * residual.stride());
        if (sizes.multipliers().embedding() != 1) {
          int from = r * residual.stride();
          Rows.scale(residual.values(), from, sizes.width(), sizes.multipliers().embedding());
        }
      } else {
        float[] mask = adapter.masks()[Pass.mask(token) - 1];
        System.arraycopy(mask, 0, residual.values(), r * residual.stride(), mask.length);
      }
      attention.prepare(r, running.position(r));
    }
    worker.await();
  }

  /** Takes the residual stream over a gap, if there is a bridge before a layer. */
  private void bridge(Worker worker, PassRows running, int layer) {
    CpuAdapter.Bridge bridge = adapts(running) ? adapter.bridges()[layer] : null;
    if (bridge != null) {
      residual.cross(worker, running.firstAdapted(), running.allRows(), bridge, low);
    }
  }

  private void attentionBlock(Worker worker, PassRows running, int index) {
    CpuWeights.Layer layer = weights.layers().get(index);
    Projection input = layer.input();
    boolean kept = keepsAttention(running, index);
    CpuAdapter.Layer deltas = kept ? adapter.layers().get(index) : CpuAdapter.Layer.NONE;
    int adapted = running.firstAdapted();
    int rows = rows(running, kept);
    Activations normedRows = residual.read(worker, rows, layer.attentionNorm());
    int downs = deltas.input().downUnits();
    int units = downs + input.tiles();
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      if (unit < downs) {
        deltas.input().multiplyDown(unit, normedRows, adapted, rows, low);
      } else {
        input.multiplyTile(unit - downs, normedRows, rows, queriesKeysValues);
      }
    }
    worker.await();
    deltas.input().addUps(worker, low, adapted, rows, queriesKeysValues);
    attention.run(worker, running, rows, index, layer);
    sublayerOutput.add(
        worker,
        layer.attentionOutput(),
        deltas.attentionOutput(),
        layer.attentionPostNorm(),
        attended,
        adapted,
        rows);
  }

  private void mlpBlock(Worker worker, PassRows running, int index) {
    CpuWeights.Layer layer = weights.layers().get(index);
    boolean kept = keepsMlp(running, index);
    CpuAdapter.Layer deltas = kept ? adapter.layers().get(index) : CpuAdapter.Layer.NONE;
    int adapted = running.firstAdapted();
    int rows = rows(running, kept);
    Projection input = layer.gateAndUp();
    Activations normedRows = residual.read(worker, rows, layer.mlpNorm());
    int downs = deltas.gateAndUp().downUnits();
    // Tiles of gate and up lie in memory in turns.
    int tiles = input.tiles() / 2;
    int units = downs + tiles;
    for (int unit = worker.claim(units); unit >= 0; unit = worker.claim(units)) {
      if (unit < downs) {
        deltas.gateAndUp().multiplyDown(unit, normedRows, adapted, rows, low);
      } else {
        input.multiplyTile(unit - downs, normedRows, rows, gateAndUp);
        input.multiplyTile(unit - downs + tiles, normedRows, rows, gateAndUp);
      }
    }
    worker.await();
    deltas.gateAndUp().addUps(worker, low, adapted, rows, gateAndUp);
    int perRow = (gated.blocks() + GATE_BLOCKS - 1) / GATE_BLOCKS;
    int gates = rows * perRow;
    for (int unit = worker.claim(gates); unit >= 0; unit = worker.claim(gates)) {
      gate(input, unit / perRow, unit % perRow * GATE_BLOCKS);
    }
    worker.await();
    sublayerOutput.add(
        worker, layer.down(), deltas.down(), layer.mlpPostNorm(), gated, adapted, rows);
  }

  /** Gates some blocks of a row, and prepares them. */
  private void gate(Projection input, int row, int block) {
    int end = Math.min(gated.blocks(), block + GATE_BLOCKS);
    int gate = row * input.stride() + block * TileFormat.BLOCK;
    int up = gate + input.offset(1);
    int count = (end - block) * TileFormat.BLOCK;
    int to = row * gated.stride() + block * TileFormat.BLOCK;
    if (gelu) {
      Rows.geluGate(gateAndUp, gate, up, count, gated.values(), to);
    } else {
      Rows.siluGate(gateAndUp, gate, up, count, gated.values(), to);
    }
    gated.prepare(row, block, end);
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
    int own = running.ownLogitRows();
    int tiles = projection.tiles();
    for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
      // Masks guess only some tokens.
      int end = rows == own || adapter.vocabulary().indexOf(tile) < 0 ? own : rows;
      projection.multiplyTile(tile, normedRows, end, logits.values());
      finish(tile * TileFormat.ROWS, end, projection.stride());
    }
    worker.await();
  }

  /** Multiplies and caps a tile of logits, where the model does. */
  private void finish(int offset, int rows, int stride) {
    float factor = sizes.multipliers().logits();
    float cap = sizes.multipliers().logitCap();
    for (int row = 0; row < rows && (factor != 1 || cap > 0); row++) {
      int from = row * stride + offset;
      Rows.scale(logits.values(), from, TileFormat.ROWS, factor);
      if (cap > 0) {
        Rows.softCap(logits.values(), from, TileFormat.ROWS, cap);
      }
    }
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
          .multiplyTile(tokens.block(i), normedRows, 0, rows, logits.values(), offset, stride);
      finish(offset, rows, stride);
    }
    worker.await();
  }
}
