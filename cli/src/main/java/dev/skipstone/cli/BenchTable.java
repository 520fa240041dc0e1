package dev.skipstone.cli;

import dev.skipstone.benchmarks.BenchReport;
import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Environment;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/** Figures as tables, with what they depend on above. */
final class BenchTable {
  private BenchTable() {}

  /** Columns of characters. */
  static void text(BenchReport report, Writer out) throws IOException {
    out.write(environment(report.environment(), System.lineSeparator()));
    out.write(System.lineSeparator() + System.lineSeparator());
    int width =
        report.results().stream().mapToInt(result -> result.name().length()).max().orElse(4);
    String row = "%-" + width + "s  %-20s  %-8s  %10s %10s %10s  %4s%n";
    out.write(Figures.format(row, "name", "metric", "unit", "median", "min", "max", "runs"));
    for (BenchResult result : report.results()) {
      out.write(Figures.format(row, cells(result).toArray()));
    }
    for (Map.Entry<String, String> missing : report.missing().entrySet()) {
      out.write(Figures.format("missing: %s: %s%n", missing.getKey(), missing.getValue()));
    }
  }

  /** A table of Markdown. */
  static void markdown(BenchReport report, Writer out) throws IOException {
    out.write(escaped(environment(report.environment(), "; ")));
    out.write("\n\n| name | metric | unit | median | min | max | runs |\n");
    out.write("| --- | --- | --- | ---: | ---: | ---: | ---: |\n");
    for (BenchResult result : report.results()) {
      List<String> cells = cells(result).stream().map(cell -> escaped(cell.toString())).toList();
      out.write("| " + String.join(" | ", cells) + " |\n");
    }
    if (!report.missing().isEmpty()) {
      out.write("\n");
    }
    for (Map.Entry<String, String> missing : report.missing().entrySet()) {
      out.write("- missing: %s: %s\n".formatted(missing.getKey(), escaped(missing.getValue())));
    }
  }

  private static String environment(Environment environment, String separator) {
    return Figures.format(
        "%s, %s on %d of %d processors, %s%s%s",
        environment.model().name(),
        environment.cpu(),
        environment.threads(),
        environment.processors(),
        environment.jdk(),
        separator,
        environment.settings());
  }

  private static List<Object> cells(BenchResult result) {
    return List.of(
        result.name(),
        result.metric(),
        result.unit(),
        figure(result.median()),
        figure(result.min()),
        figure(result.max()),
        result.runs().size());
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  /** Four digits that count. */
  static String figure(double value) {
    int decimals = value >= 100 ? 1 : value >= 10 ? 2 : value >= 1 ? 3 : value >= 0.1 ? 4 : 5;
    return Figures.format("%." + decimals + "f", value);
  }
}
