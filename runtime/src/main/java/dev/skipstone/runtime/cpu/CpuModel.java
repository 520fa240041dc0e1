package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.BatchRunner;
import dev.skipstone.runtime.pass.LoadedModel;
import dev.skipstone.runtime.pass.PassRunner;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Repacked weights and the workers that use them. */
final class CpuModel implements LoadedModel {
  private final Architecture architecture;
  private final HyperParameters sizes;
  private final int context;
  private final WorkerPool pool;
  private final Arena arena;
  private final CpuWeights weights;
  private final WarmUp warmUp;

  /** Of runners that are opened from now on; null for none. */
  private volatile CpuAdapter adapter;

  /**
   * @param drafts whether an adapter is going to be attached
   */
  @SuppressWarnings("MustBeClosed") // close() does
  CpuModel(Model model, boolean drafts, int threads, int context) {
    architecture = model.architecture();
    sizes = model.hyperParameters();
    this.context = context;
    warmUp = WarmUp.start(model, drafts);
    pool = new WorkerPool(threads);
    arena = Arena.ofShared();
    try {
      weights = CpuWeights.load(model, pool, arena);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Gives the runners that are opened from now on a draft adapter. */
  void attach(AdapterWeights weightsToAdd) {
    CpuMemory.check(
        "the draft adapter",
        CpuAdapter.bytes(weightsToAdd) + Transformer.scratchBytes(weightsToAdd),
        "decode without one (--draft skip)");
    adapter = CpuAdapter.load(weightsToAdd, weights, ResidualStream.stride(sizes), pool, arena);
  }

  private void checkOpen() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  @SuppressWarnings("MustBeClosed") // the runner does
  public PassRunner openRunner() {
    CpuAdapter attached = adapter;
    checkRoom("a session's KV cache of " + context + " positions", attached, 1);
    Arena ofRunner = Arena.ofShared();
    return new CpuRunner(transformer(attached), cache(ofRunner), ofRunner);
  }

  @Override
  @SuppressWarnings("MustBeClosed") // the runner does
  public Optional<BatchRunner> openBatch(int sequences) {
    if (sequences < 1 || sequences > Transformer.MAX_LOGIT_ROWS) {
      throw new IllegalArgumentException(
          "%d sequences at once, not 1 to %d".formatted(sequences, Transformer.MAX_LOGIT_ROWS));
    }
    checkRoom("KV caches of %d times %d positions".formatted(sequences, context), null, sequences);
    Arena ofRunner = Arena.ofShared();
    List<CpuKvCache> caches =
        IntStream.range(0, sequences).mapToObj(sequence -> cache(ofRunner)).toList();
    return Optional.of(new CpuBatchRunner(transformer(null), caches, ofRunner));
  }

  private void checkRoom(String what, CpuAdapter attached, int caches) {
    checkOpen();
    ActivationForms forms = attached == null ? weights.forms() : attached.forms();
    long extra = attached == null ? 0 : Transformer.scratchBytes(attached.source());
    CpuMemory.check(
        what,
        caches * CpuMemory.cache(sizes, context)
            + Transformer.scratchBytes(sizes, forms, context, pool.size())
            + extra,
        "ask for a smaller context (--context)");
  }

  private Transformer transformer(CpuAdapter attached) {
    return new Transformer(architecture, sizes, weights, attached, pool, context);
  }

  private CpuKvCache cache(Arena ofRunner) {
    return new CpuKvCache(
        sizes.layers(), sizes.keyValueHeads(), sizes.headSize(), context, ofRunner);
  }

  @Override
  public List<String> choices() {
    return weights
        .divisions()
        .map(RowDivision::toString)
        .filter(line -> !line.isEmpty())
        .distinct()
        .toList();
  }

  @Override
  public void close() {
    warmUp.stop();
    pool.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
