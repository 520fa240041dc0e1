package dev.skipstone.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** A picture of a {@link ContextBenchmark}: milliseconds of a token against the context. */
public final class ContextPlot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 550;

  private final XYChart chart;

  /**
   * @param title shown above
   * @param results of the benchmark; those with metric {@code time} are drawn
   */
  public ContextPlot(String title, List<BenchResult> results) {
    List<BenchResult> times =
        results.stream().filter(result -> result.metric().equals("time")).toList();
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("tokens before")
            .yAxisTitle("time of a token, ms")
            .build();
    chart.getStyler().setYAxisMin(0.0);
    add("slowest", times, BenchResult::max);
    add("median", times, BenchResult::median);
    add("fastest", times, BenchResult::min);
  }

  private void add(String name, List<BenchResult> times, ToDoubleFunction<BenchResult> seconds) {
    double[] lengths =
        times.stream()
            .mapToDouble(
                time -> Double.parseDouble(time.name().substring(time.name().lastIndexOf('/') + 1)))
            .toArray();
    double[] millis =
        times.stream().mapToDouble(time -> 1000 * seconds.applyAsDouble(time)).toArray();
    chart.addSeries(name, lengths, millis);
  }

  /**
   * Writes a PNG picture.
   *
   * @throws IOException if the file can't be written
   */
  public void write(Path file) throws IOException {
    Files.write(file, ChartEncoder.getBytes(chart, "png"));
  }
}
