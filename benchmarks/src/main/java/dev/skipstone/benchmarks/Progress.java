package dev.skipstone.benchmarks;

/** Told how far a benchmark is. */
@FunctionalInterface
public interface Progress {
  /**
   * Called after each measurement.
   *
   * @param done finished measurements, warm-up included
   * @param total all of them
   * @param label what was measured last
   */
  void report(int done, int total, String label);

  /** Tells nobody. */
  static Progress silent() {
    return (done, total, label) -> {};
  }
}
