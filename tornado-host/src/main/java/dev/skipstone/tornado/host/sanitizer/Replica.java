package dev.skipstone.tornado.host.sanitizer;

import java.util.Arrays;

/** One copy of an array: the host's, or a device buffer. */
final class Replica {
  private static final long NEVER_WRITTEN = -1;

  private final Replicas all;
  private final long[] versions;

  Replica(Replicas all, int size, boolean initialized) {
    this.all = all;
    this.versions = new long[size];
    Arrays.fill(versions, initialized ? 0 : NEVER_WRITTEN);
  }

  Replicas all() {
    return all;
  }

  boolean initialized(int index) {
    return versions[index] != NEVER_WRITTEN;
  }

  /** True if another copy's element was written later than this one. */
  boolean stale(int index) {
    return versions[index] < all.newest(index);
  }

  /** The element is now the newest; null stands for the host as the writer. */
  void written(int index, Party writer) {
    versions[index] = all.nextVersion(index, writer);
  }

  void copyFrom(Replica other, int offset, int length) {
    System.arraycopy(other.versions, offset, versions, offset, length);
  }
}
