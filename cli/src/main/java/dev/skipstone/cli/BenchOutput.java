package dev.skipstone.cli;

import dev.skipstone.benchmarks.Baseline;
import dev.skipstone.benchmarks.BenchReport;
import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Environment;
import dev.skipstone.benchmarks.ModelFile;
import dev.skipstone.benchmarks.OtherLoad;
import dev.skipstone.model.convert.QuantizedModel;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Writes a benchmark's figures, and compares them with earlier ones where that was asked for. */
final class BenchOutput {
  /** Processors that other programs may keep busy before a person is told. */
  private static final double DISTURBING = 0.2;

  private final Streams streams;
  private final Engine engine;
  private final BenchOptions options;
  private final Baseline baseline;
  private final Environment environment;
  private final OtherLoad otherLoad;

  /**
   * Takes down where the benchmark runs; to be made when the measurement begins.
   *
   * @param settings the benchmark's own, in the order to show them
   * @throws IOException if the model's file can't be read again, or the earlier figures
   */
  BenchOutput(Streams streams, BenchOptions options, Engine engine, Map<String, String> settings)
      throws IOException {
    this.streams = streams;
    this.options = options;
    this.engine = engine;
    baseline = options.baseline();
    ModelFile model = ModelFile.of(engine.model().name(), engine.model().file());
    if (engine.model() instanceof QuantizedModel quantized) {
      settings.put("quantize", quantized.matrices().name());
    }
    environment = Environment.capture(model, engine.options().threads(), settings);
    otherLoad = new OtherLoad();
  }

  /** A row for each figure, where nothing is missing. */
  int write(List<BenchResult> results) throws IOException {
    return write(results, Map.of(), BenchTable::ofFigures);
  }

  /** A row for each name, where metrics of many names are to be compared. */
  int writeMedians(List<BenchResult> results) throws IOException {
    return write(results, Map.of(), BenchTable::ofMedians);
  }

  /**
   * A row for each figure.
   *
   * @param missing why there are no figures of some of what was asked for, by name
   */
  int write(List<BenchResult> results, Map<String, String> missing) throws IOException {
    return write(results, missing, BenchTable::ofFigures);
  }

  /**
   * Writes nothing but a note where nothing was measured.
   *
   * @return the exit status: whether figures got worse than the earlier ones
   */
  private int write(
      List<BenchResult> results,
      Map<String, String> missing,
      Function<BenchReport, BenchTable> layout)
      throws IOException {
    if (results.isEmpty()) {
      streams.err().println("interrupted before there was a figure");
      return Skipstone.DONE;
    }
    OptionalDouble others = otherLoad.processors();
    Environment complete = environment.after(engine.loading(), engine.choices(), others);
    BenchReport report = new BenchReport(complete, results, missing);
    Writer out = streams.out();
    switch (options.format()) {
      case JSON -> out.write(report.toJson() + "\n");
      case TEXT -> layout.apply(report).writeText(out);
      case MARKDOWN -> layout.apply(report).writeMarkdown(out);
    }
    out.flush();
    if (others.orElse(0) >= DISTURBING) {
      streams
          .err()
          .println(
              Figures.format(
                  "other programs kept %.1f of %d processors busy meanwhile: figures are rough",
                  others.getAsDouble(), environment.processors()));
    }
    return baseline == null ? Skipstone.DONE : compare(results);
  }

  private int compare(List<BenchResult> results) {
    Baseline.Comparison comparison = baseline.compare(results, options.tolerance());
    PrintStream err = streams.err();
    comparison.lost().forEach(figure -> err.println("only in the earlier run: " + figure));
    comparison.added().forEach(figure -> err.println("only in this run: " + figure));
    if (comparison.compared() == 0) {
      throw new FailedException(
          "--check-against: the file has no figure of this run; it is of another command");
    }
    for (Baseline.Regression regression : comparison.regressions()) {
      err.println(
          Figures.format(
              "worse: %s %s, median %s, was %s (%.0f %%)",
              regression.now().name(),
              regression.now().metric(),
              BenchTable.figure(regression.now().median()),
              BenchTable.figure(regression.before().median()),
              100 * regression.worse()));
    }
    err.println(
        Figures.format(
            "%d of %s worse by more than %.0f %%",
            comparison.regressions().size(),
            Figures.count(comparison.compared(), "figure"),
            100 * options.tolerance()));
    return comparison.regressions().isEmpty() ? Skipstone.DONE : Skipstone.FAILED;
  }
}
