package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/** Pairs that wait to be merged: lowest rank first, and of these the leftmost. */
final class PairHeap {
  private long[] entries;
  private int size;

  PairHeap(int capacity) {
    entries = new long[Math.max(16, capacity)];
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(int rank, int position) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size + (size >> 1));
    }
    long entry = ((long) rank << 32) | position;
    int i = size++;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (entries[parent] <= entry) {
        break;
      }
      entries[i] = entries[parent];
      i = parent;
    }
    entries[i] = entry;
  }

  /** Takes the first entry: rank in the upper 32 bits, position in the lower. */
  long poll() {
    long first = entries[0];
    long last = entries[--size];
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && entries[child + 1] < entries[child]) {
        child++;
      }
      if (last <= entries[child]) {
        break;
      }
      entries[i] = entries[child];
      i = child;
    }
    entries[i] = last;
    return first;
  }
}
