package dev.skipstone.benchmarks.roofline;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.Progress;
import dev.skipstone.benchmarks.RoundTimer;
import dev.skipstone.model.Model;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.PassRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The parts of a pass against the machine's peaks, in turns. Times are of a whole pass of that
 * part, dispatch included.
 */
public final class RooflineBenchmark {
  private final Engine engine;
  private final PassRunner runner;
  private final int position;

  /**
   * @param runner of the engine, its cache filled up to the position
   * @param position of the passes' first row
   */
  public RooflineBenchmark(Engine engine, PassRunner runner, int position) {
    this.engine = engine;
    this.runner = runner;
    this.position = position;
  }

  private record Task(PassPart part, int rows) {
    @Override
    public String toString() {
      return part.name().toLowerCase(Locale.ROOT) + "/rows=" + rows;
    }
  }

  /**
   * Runs on the calling thread.
   *
   * @param rowCounts rows of the passes, 1 to {@link PassRunner#maxRows}; where they are more than
   *     {@link PassRunner#maxLogitRows}, only the last row gives logits, as in a prompt
   * @param warmUps rounds before those that count
   * @param rounds rounds that count
   * @return {@code roofline/read} and {@code roofline/fma}, the machine's peaks; then {@code
   *     roofline/PART/rows=N} with metrics {@code time}, {@code bytes}, {@code bandwidth}, {@code
   *     bandwidth_share} of the machine's, {@code operations} and {@code operations_share}
   * @throws InterruptedException if the thread was interrupted between two passes
   */
  public List<BenchResult> run(List<Integer> rowCounts, int warmUps, int rounds, Progress progress)
      throws InterruptedException {
    int threads = engine.options().threads();
    MachinePeak before = MachinePeak.measure(threads);
    List<Task> tasks =
        rowCounts.stream()
            .flatMap(rows -> List.of(PassPart.values()).stream().map(part -> new Task(part, rows)))
            .toList();
    Map<Task, List<Double>> seconds =
        new RoundTimer<>(tasks, warmUps, rounds).run(this::run, Task::toString, progress);
    Roofline roofline = new Roofline(before.or(MachinePeak.measure(threads)));
    List<BenchResult> results = new ArrayList<>(roofline.peaks("roofline"));
    seconds.forEach((task, times) -> results.addAll(figures(task, times, roofline)));
    return results;
  }

  private void run(Task task) {
    int layers = engine.model().hyperParameters().layers();
    int vocabulary = engine.model().hyperParameters().vocabulary();
    int[] tokens =
        IntStream.range(position, position + task.rows()).map(i -> i % vocabulary).toArray();
    runner.run(task.part().pass(layers, tokens, position, logitRows(task.rows())));
    runner.cache().truncate(position);
  }

  private int logitRows(int rows) {
    return rows <= runner.maxLogitRows() ? rows : 1;
  }

  private List<BenchResult> figures(Task task, List<Double> times, Roofline roofline) {
    String name = "roofline/" + task;
    if (task.part() == PassPart.DISPATCH) {
      return roofline.figures(name, times, 0, 0);
    }
    Model model = engine.model();
    long cache = engine.memory().kvCache() / engine.context();
    long bytes = task.part().bytes(model, cache, position + task.rows());
    long operations = task.part().operations(model, task.rows(), position, logitRows(task.rows()));
    return roofline.figures(name, times, bytes, operations);
  }
}
