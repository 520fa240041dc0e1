package dev.skipstone.cli;

import dev.skipstone.benchmarks.BenchReport;
import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Environment;
import dev.skipstone.benchmarks.ModelFile;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/** Writes a benchmark's figures: JSON, or a table with what they depend on above it. */
final class BenchOutput {
  private final Streams streams;
  private final boolean json;
  private final Environment environment;

  /**
   * Takes down where the benchmark runs.
   *
   * @param settings the benchmark's own, in the order to show them
   * @throws IOException if the model's file can't be read again
   */
  BenchOutput(Streams streams, boolean json, Engine engine, Map<String, String> settings)
      throws IOException {
    this.streams = streams;
    this.json = json;
    ModelFile model = ModelFile.of(engine.model().name(), engine.model().file());
    this.environment = Environment.capture(model, engine.options().threads(), settings);
  }

  /** Writes nothing but a note where nothing was measured. */
  void write(List<BenchResult> results) throws IOException {
    if (results.isEmpty()) {
      streams.err().println("interrupted before there was a figure");
      return;
    }
    Writer out = streams.out();
    if (json) {
      out.write(new BenchReport(environment, results).toJson() + "\n");
    } else {
      print(out, results);
    }
    out.flush();
  }

  private void print(Writer out, List<BenchResult> results) throws IOException {
    out.write(
        Figures.format(
            "%s, %s on %d of %d processors, %s%n%s%n%n",
            environment.model().name(),
            environment.cpu(),
            environment.threads(),
            environment.processors(),
            environment.jdk(),
            environment.settings()));
    int width = results.stream().mapToInt(result -> result.name().length()).max().orElseThrow();
    String row = "%-" + width + "s  %-20s  %-8s  %10s %10s %10s  %4s%n";
    out.write(Figures.format(row, "name", "metric", "unit", "median", "min", "max", "runs"));
    for (BenchResult result : results) {
      out.write(
          Figures.format(
              row,
              result.name(),
              result.metric(),
              result.unit(),
              figure(result.median()),
              figure(result.min()),
              figure(result.max()),
              result.runs().size()));
    }
  }

  /** Four digits that count. */
  private static String figure(double value) {
    int decimals = value >= 100 ? 1 : value >= 10 ? 2 : value >= 1 ? 3 : value >= 0.1 ? 4 : 5;
    return Figures.format("%." + decimals + "f", value);
  }
}
