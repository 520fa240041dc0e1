package dev.skipstone.tornado.host.sanitizer;

/**
 * How the sanitizer runs.
 *
 * @param seed of the order in which groups, and between barriers their items, are run; zero is the
 *     order of their ids
 * @param failAtFirst whether the first fault throws a {@link SanitizerException}
 */
public record SanitizerOptions(long seed, boolean failAtFirst) {
  /** In the order of ids; faults are collected. */
  public static SanitizerOptions defaults() {
    return new SanitizerOptions(0, false);
  }

  public SanitizerOptions withSeed(long value) {
    return new SanitizerOptions(value, failAtFirst);
  }

  public SanitizerOptions failingAtFirst() {
    return new SanitizerOptions(seed, true);
  }
}
