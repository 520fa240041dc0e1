package dev.skipstone.tornado;

import dev.skipstone.runtime.pass.KvCache;

/** How far a sequence's keys and values on the device are filled. */
final class TornadoKvCache implements KvCache {
  private final int capacity;
  private int length;

  TornadoKvCache(int capacity) {
    this.capacity = capacity;
  }

  void extend(int newLength) {
    length = newLength;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException(
          "the cache has %d positions and can't be cut to %d".formatted(length, newLength));
    }
    length = newLength;
  }
}
