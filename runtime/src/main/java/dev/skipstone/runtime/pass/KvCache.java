package dev.skipstone.runtime.pass;

/**
 * Keys and values of one sequence, for every layer. A pass appends; a draft that is rejected is
 * forgotten by truncating, as the next pass writes over it.
 */
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
