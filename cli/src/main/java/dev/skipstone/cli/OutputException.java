package dev.skipstone.cli;

import java.io.IOException;

/** Standard output can't be written to. */
final class OutputException extends IOException {
  private static final long serialVersionUID = 1L;

  OutputException(IOException cause) {
    super("can't write to standard output: " + cause.getMessage(), cause);
  }

  /** Whether the reader went away, as {@code head} does when it has enough: not an error. */
  boolean readerLeft() {
    String reason = getCause().getMessage();
    return reason != null && (reason.contains("Broken pipe") || reason.contains("EPIPE"));
  }
}
