package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/**
 * Merges the symbols of one piece: the pair of lowest rank first, and of equal pairs the leftmost.
 * Holds the working arrays of one call of encode.
 */
final class PieceMerger {
  /** Up to here looking through all pairs for the best one is quicker than a heap. */
  private static final int SHORT = 64;

  private final MergeTable merges;
  private final long[] pairs = new long[SHORT];

  PieceMerger(MergeTable merges) {
    this.merges = merges;
  }

  /** Merges {@code symbols[0, count)}, which are overwritten, and adds what comes out. */
  void merge(int[] symbols, int count, TokenBuffer out) {
    if (count > SHORT) {
      mergeLong(symbols, count, out);
      return;
    }
    for (int i = 0; i + 1 < count; i++) {
      pairs[i] = merges.find(symbols[i], symbols[i + 1]);
    }
    int left = count;
    while (left > 1) {
      int best = 0;
      for (int i = 1; i + 1 < left; i++) {
        if (MergeTable.rank(pairs[i]) < MergeTable.rank(pairs[best])) {
          best = i;
        }
      }
      if (pairs[best] == MergeTable.NONE) {
        break;
      }
      symbols[best] = MergeTable.result(pairs[best]);
      left--;
      System.arraycopy(symbols, best + 2, symbols, best + 1, left - best - 1);
      System.arraycopy(pairs, best + 1, pairs, best, left - best - 1);
      if (best + 1 < left) {
        pairs[best] = merges.find(symbols[best], symbols[best + 1]);
      }
      if (best > 0) {
        pairs[best - 1] = merges.find(symbols[best - 1], symbols[best]);
      }
    }
    for (int i = 0; i < left; i++) {
      out.add(symbols[i]);
    }
  }

  /** As above in O(n log n): symbols in a linked list, pairs in a heap that may hold stale ones. */
  private void mergeLong(int[] symbols, int count, TokenBuffer out) {
    int[] next = new int[count];
    int[] previous = new int[count];
    // The merge of the pair that now starts at a symbol; a heap entry of another rank is stale.
    long[] current = new long[count];
    Arrays.fill(current, MergeTable.NONE);
    PairHeap heap = new PairHeap(count);
    for (int i = 0; i < count; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      rate(symbols, next, current, heap, i);
    }
    while (!heap.isEmpty()) {
      long entry = heap.poll();
      int at = (int) entry;
      if (MergeTable.rank(current[at]) != (int) (entry >>> 32)) {
        continue;
      }
      int gone = next[at];
      symbols[at] = MergeTable.result(current[at]);
      current[gone] = MergeTable.NONE;
      next[at] = next[gone];
      if (next[at] < count) {
        previous[next[at]] = at;
      }
      rate(symbols, next, current, heap, at);
      if (previous[at] >= 0) {
        rate(symbols, next, current, heap, previous[at]);
      }
    }
    for (int i = 0; i < count; i = next[i]) {
      out.add(symbols[i]);
    }
  }

  private void rate(int[] symbols, int[] next, long[] current, PairHeap heap, int at) {
    int follower = next[at];
    current[at] =
        follower < next.length ? merges.find(symbols[at], symbols[follower]) : MergeTable.NONE;
    if (current[at] != MergeTable.NONE) {
      heap.add(MergeTable.rank(current[at]), at);
    }
  }
}
