package dev.skipstone.tornado.host.sanitizer;

import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;

/** An array that a kernel accesses. */
final class WatchedArray {
  private final String name;
  private final int size;
  private final Replica replica;
  private final BitSet written;
  private final AccessHistory history;
  private final Findings findings;

  private WatchedArray(
      String name,
      int size,
      Replica replica,
      BitSet written,
      AccessHistory history,
      Findings findings) {
    this.name = name;
    this.size = size;
    this.replica = replica;
    this.written = written;
    this.history = history;
    this.findings = findings;
  }

  /** A device buffer; without a history its races are not looked for. */
  static WatchedArray global(
      String name, int size, Replica replica, boolean races, Findings findings) {
    return new WatchedArray(
        name, size, replica, null, races ? new AccessHistory(size, false) : null, findings);
  }

  static WatchedArray local(String name, int size, Findings findings) {
    return new WatchedArray(
        name, size, null, new BitSet(size), new AccessHistory(size, true), findings);
  }

  static WatchedArray ofOneItem(String name, int size, Findings findings) {
    return new WatchedArray(name, size, null, new BitSet(size), null, findings);
  }

  /** An array of constants. */
  static WatchedArray constant(int size, Findings findings) {
    return new WatchedArray("constant array", size, null, null, null, findings);
  }

  /** Returns false, and reports, if elements are outside. */
  private boolean inBounds(int index, int count, Party party, String action) {
    if (index >= 0 && index + count <= size) {
      return true;
    }
    report(
        FaultKind.OUT_OF_BOUNDS,
        party.access(action),
        index < 0 || index >= size ? index : size,
        Optional.empty(),
        "The array has %d elements.".formatted(size));
    return false;
  }

  boolean read(int index, int count, Party party) {
    if (!inBounds(index, count, party, "reads")) {
      return false;
    }
    for (int i = index; i < index + count; i++) {
      checkContent(i, party);
      if (history != null && party.id() != null) {
        int element = i;
        history.read(i, party).ifPresent(conflict -> report(conflict, party, "reads", element));
      }
    }
    return true;
  }

  private void checkContent(int index, Party party) {
    boolean initialized =
        replica == null ? written == null || written.get(index) : replica.initialized(index);
    if (!initialized) {
      report(
          FaultKind.UNINITIALIZED_READ,
          party.access("reads"),
          index,
          Optional.empty(),
          replica == null
              ? "On a device this memory is not zero before it is written."
              : "Nothing was transferred to this device buffer, and no kernel wrote the element.");
    } else if (replica != null && replica.stale(index)) {
      report(
          FaultKind.STALE_DEVICE_READ,
          party.access("reads"),
          index,
          Optional.of(replica.all().lastWrite(index)),
          "The element was written later elsewhere, and this graph neither transfers it to the"
              + " device nor consumes it from the graph that wrote it.");
    }
  }

  boolean write(int index, int count, Party party, boolean atomic) {
    String action = atomic ? "adds atomically" : "writes";
    if (!inBounds(index, count, party, action)) {
      return false;
    }
    for (int i = index; i < index + count; i++) {
      if (atomic) {
        checkContent(i, party);
      }
      if (replica != null) {
        replica.written(i, party);
      } else if (written != null) {
        written.set(i);
      }
      if (history != null && party.id() != null) {
        int element = i;
        history
            .write(i, party, atomic)
            .ifPresent(conflict -> report(conflict, party, action, element));
      }
    }
    return true;
  }

  private void report(AccessHistory.Conflict conflict, Party party, String action, int index) {
    report(
        conflict.kind(),
        party.access(action),
        index,
        Optional.of(conflict.other().access(conflict.action())),
        switch (conflict.kind()) {
          case WRONG_BARRIER ->
              "Between the two lies a barrier, but not one that orders this kind of memory.";
          case INTER_GROUP_RACE -> "Nothing orders these two inside one launch.";
          default -> "No barrier lies between the two.";
        });
  }

  private void report(
      FaultKind kind, Access access, int index, Optional<Access> other, String explanation) {
    findings.add(
        new Finding(kind, access, Optional.of(name), OptionalInt.of(index), other, explanation));
  }
}
