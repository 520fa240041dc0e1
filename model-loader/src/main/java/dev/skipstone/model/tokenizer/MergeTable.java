package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/** Merges: a pair of neighbouring tokens to the merge's rank and the token it makes. */
final class MergeTable {
  /** What {@link #find} gives for a pair that is not merged: greater than every merge. */
  static final long NONE = Long.MAX_VALUE;

  private static final long EMPTY = -1;

  private long[] pairs;
  private long[] merges;
  private int size;

  MergeTable(int capacity) {
    allocate(Integer.highestOneBit(Math.max(4, capacity)) * 4);
  }

  /**
   * Adds a merge; false if the pair is there already.
   *
   * @param rank not negative; the lowest is merged first, and of equal ones the leftmost
   */
  boolean add(int left, int right, int rank, int result) {
    if (2 * size >= pairs.length) {
      grow();
    }
    return put(pair(left, right), (long) rank << 32 | result);
  }

  int size() {
    return size;
  }

  /** The merge of a pair, or {@link #NONE}. */
  long find(int left, int right) {
    long pair = pair(left, right);
    int slot = slot(pair);
    while (pairs[slot] != EMPTY) {
      if (pairs[slot] == pair) {
        return merges[slot];
      }
      slot = (slot + 1) & (pairs.length - 1);
    }
    return NONE;
  }

  static int rank(long merge) {
    return (int) (merge >>> 32);
  }

  /** The token that a merge makes. */
  static int result(long merge) {
    return (int) merge;
  }

  private boolean put(long pair, long merge) {
    int slot = slot(pair);
    while (pairs[slot] != EMPTY) {
      if (pairs[slot] == pair) {
        return false;
      }
      slot = (slot + 1) & (pairs.length - 1);
    }
    pairs[slot] = pair;
    merges[slot] = merge;
    size++;
    return true;
  }

  private void grow() {
    long[] oldPairs = pairs;
    long[] oldMerges = merges;
    allocate(2 * oldPairs.length);
    size = 0;
    for (int i = 0; i < oldPairs.length; i++) {
      if (oldPairs[i] != EMPTY) {
        put(oldPairs[i], oldMerges[i]);
      }
    }
  }

  private void allocate(int slots) {
    pairs = new long[slots];
    Arrays.fill(pairs, EMPTY);
    merges = new long[slots];
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  private int slot(long pair) {
    return (int) ((pair * 0x9E3779B97F4A7C15L) >>> 40) & (pairs.length - 1);
  }
}
