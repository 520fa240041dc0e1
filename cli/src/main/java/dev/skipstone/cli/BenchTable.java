package dev.skipstone.cli;

import dev.skipstone.benchmarks.BenchReport;
import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Environment;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Figures as a table, with what they depend on above. */
final class BenchTable {
  /** The header, then the rows; all of the same length. */
  private final List<List<String>> rows;

  private final BenchReport report;

  private BenchTable(BenchReport report, List<List<String>> rows) {
    this.report = report;
    this.rows = rows;
  }

  /** A row for each figure, with its spread. */
  static BenchTable ofFigures(BenchReport report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", "metric", "unit", "median", "min", "max", "runs"));
    for (BenchResult result : report.results()) {
      rows.add(
          List.of(
              result.name(),
              result.metric(),
              result.unit(),
              figure(result.median()),
              figure(result.min()),
              figure(result.max()),
              Integer.toString(result.runs().size())));
    }
    return new BenchTable(report, rows);
  }

  /** A row for each name, with the medians of its metrics side by side. */
  static BenchTable ofMedians(BenchReport report) {
    Set<String> columns = new LinkedHashSet<>();
    Map<String, Map<String, String>> names = new LinkedHashMap<>();
    for (BenchResult result : report.results()) {
      String column =
          result.metric() + (result.unit().equals("1") ? "" : " (" + result.unit() + ")");
      columns.add(column);
      names
          .computeIfAbsent(result.name(), name -> new LinkedHashMap<>())
          .put(column, figure(result.median()));
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("name"));
    header.addAll(columns);
    rows.add(header);
    names.forEach((name, medians) -> {
      List<String> row = new ArrayList<>(List.of(name));
      columns.forEach(column -> row.add(medians.getOrDefault(column, "")));
      rows.add(row);
    });
    return new BenchTable(report, rows);
  }

  /** Columns of characters. */
  void writeText(Writer out) throws IOException {
    out.write(environment(System.lineSeparator()));
    out.write(System.lineSeparator() + System.lineSeparator());
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? "" : "  ");
        line.append(isNumber(i) ? padding + row.get(i) : row.get(i) + padding);
      }
      out.write(line.toString().stripTrailing() + System.lineSeparator());
    }
    for (Map.Entry<String, String> missing : report.missing().entrySet()) {
      out.write(Figures.format("missing: %s: %s%n", missing.getKey(), missing.getValue()));
    }
  }

  /** A table of Markdown. */
  void writeMarkdown(Writer out) throws IOException {
    out.write(escaped(environment("; ")) + "\n\n");
    writeRow(out, rows.getFirst());
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < rows.getFirst().size(); i++) {
      rules.add(isNumber(i) ? "---:" : "---");
    }
    out.write("| " + String.join(" | ", rules) + " |\n");
    for (List<String> row : rows.subList(1, rows.size())) {
      writeRow(out, row);
    }
    if (!report.missing().isEmpty()) {
      out.write("\n");
    }
    for (Map.Entry<String, String> missing : report.missing().entrySet()) {
      out.write("- missing: %s: %s\n".formatted(missing.getKey(), escaped(missing.getValue())));
    }
  }

  private static void writeRow(Writer out, List<String> row) throws IOException {
    out.write("| " + String.join(" | ", row.stream().map(BenchTable::escaped).toList()) + " |\n");
  }

  private String environment(String separator) {
    Environment environment = report.environment();
    StringBuilder lines = new StringBuilder();
    environment
        .loading()
        .ifPresent(weights -> lines.append(separator).append(Figures.loading(weights)));
    environment.choices().forEach(choice -> lines.append(separator).append(choice));
    return Figures.format(
        "%s, %s on %d of %d processors, %s%s%s%s",
        environment.model().name(),
        environment.cpu(),
        environment.threads(),
        environment.processors(),
        environment.jdk(),
        separator,
        environment.settings(),
        lines);
  }

  private boolean isNumber(int column) {
    return rows.stream()
            .skip(1)
            .map(row -> row.get(column))
            .allMatch(cell -> cell.isEmpty() || Character.isDigit(cell.charAt(0)))
        && !rows.getFirst().get(column).equals("unit");
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  /** Four digits that count; three of what is very small. */
  static String figure(double value) {
    if (value > 0 && value < 0.001) {
      return Figures.format("%.2e", value);
    }
    int decimals = value >= 100 ? 1 : value >= 10 ? 2 : value >= 1 ? 3 : value >= 0.1 ? 4 : 5;
    return Figures.format("%." + decimals + "f", value);
  }
}
