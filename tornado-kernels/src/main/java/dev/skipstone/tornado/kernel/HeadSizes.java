package dev.skipstone.tornado.kernel;

/**
 * Sizes of attention.
 *
 * @param heads query heads
 * @param keyValueHeads key and value heads
 * @param headSize channels of a head
 * @param pairs rotated pairs of a head's channels
 * @param adjacent whether channels 2i and 2i + 1 make a pair, not i and i + pairs
 * @param positions that the cache has room for
 */
public record HeadSizes(
    int heads, int keyValueHeads, int headSize, int pairs, boolean adjacent, int positions) {

  /** Channels of a row of queries, keys and values. */
  int stride() {
    return (heads + 2 * keyValueHeads) * headSize;
  }
}
