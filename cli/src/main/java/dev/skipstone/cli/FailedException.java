package dev.skipstone.cli;

/** Work that can't be done: exit status 1. The message says what is wrong and what to do. */
final class FailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FailedException(String message) {
    super(message);
  }

  FailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
