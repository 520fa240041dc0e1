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

  /**
   * Copies a layer's keys and values of some positions, for research and training.
   *
   * @param from the first position
   * @param count positions, all of them filled
   * @param keys receives [count][key-value head * head size] from its start; rotated, as attention
   *     takes them
   * @param values receives the same shape
   * @throws IndexOutOfBoundsException if a position is not filled, or there is no such layer
   * @throws UnsupportedOperationException if the backend keeps its cache to itself
   */
  default void read(int layer, int from, int count, float[] keys, float[] values) {
    throw new UnsupportedOperationException("this backend's cache can't be read");
  }
}
