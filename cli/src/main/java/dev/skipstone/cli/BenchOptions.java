package dev.skipstone.cli;

import dev.skipstone.benchmarks.Baseline;
import java.io.IOException;
import picocli.CommandLine.Option;

/** How a benchmark's figures are shown, and what they are compared with. */
final class BenchOptions {
  private static final double DEFAULT_TOLERANCE = 10;

  /** How figures are written. */
  enum Format {
    TEXT,
    MARKDOWN,
    JSON
  }

  @Option(
      names = "--format",
      paramLabel = "text|markdown|json",
      defaultValue = "text",
      description =
          "text (default), markdown (a table to paste) or json: standard output then holds JSON"
              + " and nothing else.")
  private String format;

  @Option(
      names = "--check-against",
      paramLabel = "FILE",
      description =
          "What the same command printed earlier with --format json: exit status 1 where a figure"
              + " got worse.")
  private String checkAgainst;

  @Option(
      names = "--tolerance",
      paramLabel = "PERCENT",
      description =
          "How much worse a median may be where the runs' ranges don't overlap (default: "
              + (int) DEFAULT_TOLERANCE
              + ").")
  private Double tolerance;

  /** Fails where it is none of them. */
  Format format() {
    return switch (format) {
      case "text" -> Format.TEXT;
      case "markdown" -> Format.MARKDOWN;
      case "json" -> Format.JSON;
      default ->
          throw new UsageException("--format is text, markdown or json, not '" + format + "'");
    };
  }

  /** Checks all of them, before anything is measured. */
  void check() {
    format();
    if (tolerance != null) {
      Checks.within("--tolerance", tolerance, 0, 1000);
      if (checkAgainst == null) {
        throw new UsageException("--tolerance goes with --check-against");
      }
    }
    if (checkAgainst != null) {
      ModelOptions.path("--check-against", checkAgainst);
    }
  }

  /**
   * The earlier figures; null where there is nothing to compare with.
   *
   * @throws IOException if the file can't be read
   */
  Baseline baseline() throws IOException {
    return checkAgainst == null
        ? null
        : Baseline.read(ModelOptions.path("--check-against", checkAgainst));
  }

  /** As a share. */
  double tolerance() {
    return (tolerance == null ? DEFAULT_TOLERANCE : tolerance) / 100;
  }
}
