package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/** Merges: a pair of neighbouring tokens to the merge's rank, and a rank to the token it makes. */
final class MergeTable {
  /** Rank of a pair that is not merged: greater than every rank. */
  static final int NONE = Integer.MAX_VALUE;

  private static final long EMPTY = -1;

  private final long[] pairs;
  private final int[] ranks;
  private final int[] merged;
  private int size;

  MergeTable(int capacity) {
    int slots = Integer.highestOneBit(Math.max(4, capacity)) * 4;
    pairs = new long[slots];
    Arrays.fill(pairs, EMPTY);
    ranks = new int[slots];
    merged = new int[capacity];
  }

  /** Adds a merge with the next rank; false if the pair is there already. */
  boolean add(int left, int right, int result) {
    long pair = pair(left, right);
    int slot = slot(pair);
    while (pairs[slot] != EMPTY) {
      if (pairs[slot] == pair) {
        return false;
      }
      slot = (slot + 1) & (pairs.length - 1);
    }
    pairs[slot] = pair;
    ranks[slot] = size;
    merged[size++] = result;
    return true;
  }

  int size() {
    return size;
  }

  /** Rank of a pair, 0 being merged first, or {@link #NONE}. */
  int rank(int left, int right) {
    long pair = pair(left, right);
    int slot = slot(pair);
    while (pairs[slot] != EMPTY) {
      if (pairs[slot] == pair) {
        return ranks[slot];
      }
      slot = (slot + 1) & (pairs.length - 1);
    }
    return NONE;
  }

  /** The token that a merge makes. */
  int merged(int rank) {
    return merged[rank];
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  private int slot(long pair) {
    return (int) ((pair * 0x9E3779B97F4A7C15L) >>> 40) & (pairs.length - 1);
  }
}
