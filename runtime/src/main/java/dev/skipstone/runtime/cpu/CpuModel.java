package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.LoadedModel;
import dev.skipstone.runtime.pass.PassRunner;
import java.lang.foreign.Arena;

/** Repacked weights and the workers that use them. */
final class CpuModel implements LoadedModel {
  private final Architecture architecture;
  private final HyperParameters sizes;
  private final int context;
  private final WorkerPool pool;
  private final Arena arena;
  private final CpuWeights weights;

  /** Of runners that are opened from now on; null for none. */
  private volatile CpuAdapter adapter;

  @SuppressWarnings("MustBeClosed") // close() does
  CpuModel(Model model, int threads, int context) {
    architecture = model.architecture();
    sizes = model.hyperParameters();
    this.context = context;
    pool = new WorkerPool(threads);
    arena = Arena.ofShared();
    try {
      weights = CpuWeights.load(model, pool, arena);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public void attach(AdapterWeights weightsToAdd) {
    checkOpen();
    CpuMemory.check(
        "the draft adapter",
        CpuAdapter.bytes(weightsToAdd) + CpuRunner.scratchBytes(weightsToAdd),
        "decode without one (--draft skip)");
    adapter = CpuAdapter.load(weightsToAdd, weights, ResidualStream.stride(sizes), pool, arena);
  }

  private void checkOpen() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  public PassRunner openRunner() {
    checkOpen();
    CpuAdapter attached = adapter;
    ActivationForms forms = attached == null ? weights.forms() : attached.forms();
    long extra = attached == null ? 0 : CpuRunner.scratchBytes(attached.source());
    CpuMemory.check(
        "a session's KV cache of " + context + " positions",
        CpuMemory.session(sizes, forms, context, pool.size()) + extra,
        "ask for a smaller context (--context)");
    return new CpuRunner(architecture, sizes, weights, attached, pool, context);
  }

  @Override
  public void close() {
    pool.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
