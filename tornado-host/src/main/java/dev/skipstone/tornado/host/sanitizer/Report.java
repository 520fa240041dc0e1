package dev.skipstone.tornado.host.sanitizer;

import java.util.List;
import java.util.stream.Collectors;

/** The faults of a run, in the order in which they showed; one for each kind, line and array. */
public record Report(List<Finding> findings) {
  public Report {
    findings = List.copyOf(findings);
  }

  public boolean clean() {
    return findings.isEmpty();
  }

  /** All findings for people. */
  @Override
  public String toString() {
    return clean()
        ? "no faults found"
        : findings.stream().map(Finding::toString).collect(Collectors.joining("\n\n"));
  }
}
