package dev.skipstone.runtime.cpu;

import dev.skipstone.runtime.pass.BatchRunner;
import dev.skipstone.runtime.pass.KvCache;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassLimits;
import java.lang.foreign.Arena;
import java.util.List;

/** Runs passes of several sequences through one transformer. */
final class CpuBatchRunner implements BatchRunner {
  private final Transformer transformer;
  private final PassLimits limits;
  private final Arena arena;
  private final List<CpuKvCache> caches;

  /**
   * @param caches one for each sequence
   * @param arena that the caches are in; closed with this
   */
  CpuBatchRunner(Transformer transformer, List<CpuKvCache> caches, Arena arena) {
    this.transformer = transformer;
    this.caches = caches;
    this.arena = arena;
    limits = transformer.limits();
  }

  @Override
  public int sequences() {
    return caches.size();
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
  public KvCache cache(int sequence) {
    return caches.get(sequence);
  }

  @Override
  public Logits run(List<Part> parts) {
    check(parts);
    Pass[] passes = new Pass[parts.size()];
    CpuKvCache[] used = new CpuKvCache[parts.size()];
    for (int i = 0; i < passes.length; i++) {
      passes[i] = parts.get(i).pass();
      used[i] = caches.get(parts.get(i).sequence());
    }
    return transformer.run(new PassRows(passes, used));
  }

  private void check(List<Part> parts) {
    int rows = 0;
    int logitRows = 0;
    for (int i = 0; i < parts.size(); i++) {
      int sequence = parts.get(i).sequence();
      Pass pass = parts.get(i).pass();
      if (sequence < 0 || sequence >= caches.size() || names(parts.subList(0, i), sequence)) {
        throw new IllegalArgumentException(
            "sequence %d is there twice, or not one of %d".formatted(sequence, caches.size()));
      }
      limits.check(pass, caches.get(sequence));
      if (pass.adapted()
          || pass.ridingRows() > 0
          || !pass.path().equals(parts.getFirst().pass().path())) {
        throw new IllegalArgumentException(
            "sequences share a pass only through the same sublayers and without adapter");
      }
      rows += pass.rows();
      logitRows += pass.logitRows().length;
    }
    if (rows < 1 || rows > limits.rows() || logitRows > limits.logitRows()) {
      throw new IllegalArgumentException(
          "a pass of %d rows with %d rows of logits; most are %d and %d"
              .formatted(rows, logitRows, limits.rows(), limits.logitRows()));
    }
  }

  private static boolean names(List<Part> parts, int sequence) {
    return parts.stream().anyMatch(part -> part.sequence() == sequence);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
