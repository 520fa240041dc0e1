package dev.skipstone.adapt.text;

/**
 * Hashes of n-grams in bounded memory: each has one place, and what comes later to the same place
 * replaces what was there. So it forgets, a little more the fuller it is, but never knows what was
 * not added, but for equal hashes.
 */
final class GramSet {
  /** 32 MB: 25,000 answers of 160 tokens fill it. */
  private static final int PLACES = 1 << 22;

  private final long[] hashes = new long[PLACES];

  void add(long hash) {
    hashes[place(hash)] = hash;
  }

  boolean contains(long hash) {
    return hashes[place(hash)] == hash;
  }

  private static int place(long hash) {
    return (int) (hash ^ hash >>> 32) & (PLACES - 1);
  }
}
