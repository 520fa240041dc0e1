package dev.skipstone.tornado.host.sanitizer;

import java.lang.reflect.Array;
import java.util.IdentityHashMap;

/** A work group under the sanitizer: its local memory, and how many barriers it has passed. */
final class WatchedGroup {
  private final long number;
  private final Findings findings;
  private final IdentityHashMap<Object, WatchedArray> local = new IdentityHashMap<>();
  private int localEpoch;
  private int globalEpoch;

  WatchedGroup(long number, Findings findings) {
    this.number = number;
    this.findings = findings;
  }

  long number() {
    return number;
  }

  int localEpoch() {
    return localEpoch;
  }

  int globalEpoch() {
    return globalEpoch;
  }

  void passBarrier(boolean global) {
    if (global) {
      globalEpoch++;
    } else {
      localEpoch++;
    }
  }

  void allocated(Object array, int line) {
    int size = Array.getLength(array);
    local.computeIfAbsent(
        array, _ -> WatchedArray.local(name("local", array, line), size, findings));
  }

  /** The array's shadow, or null if it is not in local memory. */
  WatchedArray local(Object array) {
    return local.get(array);
  }

  static String name(String memory, Object array, int line) {
    return "%s %s[%d] of line %d"
        .formatted(
            memory, array.getClass().componentType().getSimpleName(), Array.getLength(array), line);
  }
}
