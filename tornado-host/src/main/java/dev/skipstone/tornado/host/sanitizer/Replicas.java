package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.ArrayObserver;
import java.util.Optional;
import java.util.OptionalInt;

/** All copies of one array of the host, and which of them has an element's newest value. */
final class Replicas implements ArrayObserver {
  private final Findings findings;
  private final String name;
  private final Replica host;
  private final long[] newest;
  private final Party[] writers;
  private boolean exposed;

  Replicas(String name, int size, Findings findings) {
    this.name = name;
    this.findings = findings;
    this.newest = new long[size];
    this.writers = new Party[size];
    this.host = new Replica(this, size, true);
  }

  Replica host() {
    return host;
  }

  long newest(int index) {
    return newest[index];
  }

  long nextVersion(int index, Party writer) {
    writers[index] = writer;
    return ++newest[index];
  }

  /** Who wrote an element last. */
  Access lastWrite(int index) {
    return writers[index] == null ? Access.ofHost("writes") : writers[index].access("writes");
  }

  @Override
  public void read(int index) {
    if (exposed || index < 0 || index >= newest.length) {
      return;
    }
    if (!host.initialized(index)) {
      findings.add(
          finding(
              FaultKind.UNINITIALIZED_READ,
              index,
              Optional.empty(),
              "The host got this element from a device buffer in which nothing wrote it."));
    } else if (host.stale(index)) {
      findings.add(
          finding(
              FaultKind.STALE_HOST_READ,
              index,
              Optional.of(lastWrite(index)),
              "The element is newer elsewhere; the graph that writes it has to transfer the array"
                  + " to the host first."));
    }
  }

  private Finding finding(FaultKind kind, int index, Optional<Access> other, String explanation) {
    return new Finding(
        kind, Access.ofHost("reads"), Optional.of(name), OptionalInt.of(index), other, explanation);
  }

  @Override
  public void written(int index) {
    if (index >= 0 && index < newest.length) {
      host.written(index, null);
    }
  }

  @Override
  public void exposed() {
    exposed = true;
  }
}
