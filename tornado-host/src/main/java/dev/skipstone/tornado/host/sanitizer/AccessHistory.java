package dev.skipstone.tornado.host.sanitizer;

import java.util.Optional;

/**
 * Who has accessed the elements of an array during a launch, as far as it matters for races.
 *
 * <p>Groups run one after the other, so of the groups before the present one it is enough to know
 * one writer and one reader. Inside the group, an access conflicts with those since the last
 * barrier: the last write, and two reads by different items.
 */
final class AccessHistory {
  private final boolean local;
  private final Element[] elements;

  /** What an access collides with. */
  record Conflict(FaultKind kind, Party other, String action) {}

  private static final class Element {
    private long group = -1;
    private Mark foreignWrite;
    private Mark foreignRead;
    private Mark write;
    private Mark read;
    private Mark otherRead;
  }

  private record Mark(Party party, boolean atomic, String action) {}

  AccessHistory(int size, boolean local) {
    this.elements = new Element[size];
    this.local = local;
  }

  Optional<Conflict> read(int index, Party party) {
    Element element = element(index, party);
    Optional<Conflict> conflict =
        first(foreign(element.foreignWrite, false), own(element.write, party, false));
    Mark mark = new Mark(party, false, "reads");
    if (element.read == null || epoch(element.read.party) != epoch(party)) {
      element.read = mark;
      element.otherRead = null;
    } else if (element.otherRead == null && !element.read.party.sameItem(party)) {
      element.otherRead = mark;
    }
    return conflict;
  }

  Optional<Conflict> write(int index, Party party, boolean atomic) {
    Element element = element(index, party);
    Optional<Conflict> conflict =
        first(
            first(foreign(element.foreignWrite, atomic), foreign(element.foreignRead, false)),
            first(
                own(element.write, party, atomic),
                first(own(element.read, party, false), own(element.otherRead, party, false))));
    element.write = new Mark(party, atomic, atomic ? "adds atomically" : "writes");
    return conflict;
  }

  private Element element(int index, Party party) {
    Element element = elements[index];
    if (element == null) {
      element = new Element();
      elements[index] = element;
    }
    if (element.group != party.group()) {
      element.group = party.group();
      element.foreignWrite = element.write == null ? element.foreignWrite : element.write;
      element.foreignRead = element.read == null ? element.foreignRead : element.read;
      element.write = null;
      element.read = null;
      element.otherRead = null;
    }
    return element;
  }

  private static Optional<Conflict> first(Optional<Conflict> a, Optional<Conflict> b) {
    return a.isPresent() ? a : b;
  }

  private static Optional<Conflict> foreign(Mark mark, boolean atomic) {
    return mark == null || (atomic && mark.atomic)
        ? Optional.empty()
        : Optional.of(new Conflict(FaultKind.INTER_GROUP_RACE, mark.party, mark.action));
  }

  private Optional<Conflict> own(Mark mark, Party party, boolean atomic) {
    if (mark == null
        || mark.party.sameItem(party)
        || (atomic && mark.atomic)
        || epoch(mark.party) != epoch(party)) {
      return Optional.empty();
    }
    boolean otherBarrier = otherEpoch(mark.party) != otherEpoch(party);
    return Optional.of(
        new Conflict(
            otherBarrier ? FaultKind.WRONG_BARRIER : FaultKind.DATA_RACE, mark.party, mark.action));
  }

  private int epoch(Party party) {
    return local ? party.localEpoch() : party.globalEpoch();
  }

  private int otherEpoch(Party party) {
    return local ? party.globalEpoch() : party.localEpoch();
  }
}
