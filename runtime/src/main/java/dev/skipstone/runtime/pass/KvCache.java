package dev.skipstone.runtime.pass;

/** Keys and values of one sequence, for every layer. */
public interface KvCache {
  /** Positions that are filled. */
  int length();

  /** Positions that there is room for. */
  int capacity();

  /**
   * Forgets all positions from {@code length} on; costs nothing.
   *
   * @throws IllegalArgumentException if there are fewer positions than that
   */
  void truncate(int length);
}
