package dev.skipstone.runtime.cpu;

import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.KvCache;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassLimits;
import dev.skipstone.runtime.pass.PassRunner;
import java.lang.foreign.Arena;
import java.util.Optional;

/** Runs the passes of one sequence through a transformer of its own. */
final class CpuRunner implements PassRunner {
  private final Transformer transformer;
  private final PassLimits limits;
  private final Arena arena;
  private final CpuKvCache cache;

  /**
   * @param arena that the cache is in; closed with this
   */
  CpuRunner(Transformer transformer, CpuKvCache cache, Arena arena) {
    this.transformer = transformer;
    this.cache = cache;
    this.arena = arena;
    limits = transformer.limits();
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
  public Optional<AdapterWeights> adapter() {
    return limits.adapter();
  }

  @Override
  public boolean takesRidingMasks() {
    return limits.adapter().isPresent();
  }

  @Override
  public boolean expect(int positions) {
    return transformer.expect(positions);
  }

  @Override
  public Logits run(Pass next) {
    limits.check(next, cache);
    return transformer.run(new PassRows(next, cache));
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
