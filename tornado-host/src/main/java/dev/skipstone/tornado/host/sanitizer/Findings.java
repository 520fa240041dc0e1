package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.Site;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects findings, each line's only once. */
final class Findings {
  private final boolean failAtFirst;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<Key> seen = new HashSet<>();
  private long count;

  /** The two lines of a race count as the same in either order. */
  private record Key(
      FaultKind kind, Optional<String> task, Set<Optional<Site>> sites, Optional<String> array) {}

  Findings(boolean failAtFirst) {
    this.failAtFirst = failAtFirst;
  }

  /** How often a fault showed, repeated ones counted too. */
  long count() {
    return count;
  }

  void add(Finding finding) {
    count++;
    Key key =
        new Key(
            finding.kind(),
            finding.access().task(),
            new HashSet<>(List.of(finding.access().site(), finding.other().flatMap(Access::site))),
            finding.array());
    if (!seen.add(key)) {
      return;
    }
    if (failAtFirst) {
      throw new SanitizerException(finding);
    }
    findings.add(finding);
  }

  Report report() {
    return new Report(findings);
  }
}
