package dev.skipstone.tornado.host.sanitizer;

import java.io.Serial;

/** Ends a run at its first fault. */
public final class SanitizerException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Finding finding;

  SanitizerException(Finding finding) {
    super(finding.toString());
    this.finding = finding;
  }

  public Finding finding() {
    return finding;
  }
}
