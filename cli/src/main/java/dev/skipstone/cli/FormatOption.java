package dev.skipstone.cli;

import picocli.CommandLine.Option;

/** Text for people or JSON for programs. */
final class FormatOption {
  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text (default) or json: standard output then holds JSON and nothing else.")
  private String format;

  /** Fails where it is neither. */
  boolean json() {
    return switch (format) {
      case "json" -> true;
      case "text" -> false;
      default -> throw new UsageException("--format is text or json, not '" + format + "'");
    };
  }
}
