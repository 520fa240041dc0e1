package dev.skipstone.cli;

/** A command that was called wrongly: exit status 2. The message names the option. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
