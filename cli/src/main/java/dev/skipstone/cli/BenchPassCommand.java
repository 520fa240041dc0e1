package dev.skipstone.cli;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.PassBenchmark;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench pass}. */
@Command(
    name = "pass",
    description =
        "Times a pass of the full model against its rows, logits of all rows included: verifying a"
            + " draft of 4 tokens is a pass of 5 rows.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone bench pass --rows 1,2,5,8",
      "  skipstone bench pass --rows 1,5 --position 1024 --threads 1 --format json"
    })
final class BenchPassCommand implements Callable<Integer> {
  @ParentCommand private BenchCommand bench;

  @Option(
      names = "--rows",
      paramLabel = "LIST",
      defaultValue = "1,2,4,5,8",
      description =
          "Rows of the passes (default: ${DEFAULT-VALUE}); 1 row is timed in any case, to compare.")
  private String rows;

  @Option(
      names = "--position",
      paramLabel = "N",
      defaultValue = "64",
      description = "Positions of the context before the pass (default: ${DEFAULT-VALUE}).")
  private int position;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "20",
      description = "Rounds that are not counted (default: ${DEFAULT-VALUE}).")
  private int warmUps;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20",
      description = "Rounds that are counted (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Mixin private ModelOptions models;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws IOException {
    options.check();
    int[] counts = IntLists.numbers("--rows", rows);
    for (int count : counts) {
      Checks.atLeast("--rows", count, 1);
    }
    Checks.atLeast("--position", position, 0);
    Checks.within("--warm-ups", warmUps, 0, 100_000);
    Checks.within("--runs", runs, 1, 100_000);
    models.engine();
    try (Engine engine = models.load();
        PassRunner runner = engine.openRunner()) {
      check(counts, engine, runner);
      BenchOutput output = new BenchOutput(bench.streams(), options, engine, settings(counts));
      boolean interrupted = false;
      List<BenchResult> results = List.of();
      try (BenchProgress progress = new BenchProgress(bench.streams(), "passes");
          Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
        PassBenchmark benchmark = new PassBenchmark(boxed(counts), warmUps, runs);
        Map<Integer, Integer> launches = new TreeMap<>();
        results = new ArrayList<>(benchmark.run(passes(engine, runner, launches), progress));
        results.addAll(launches(launches, engine, runner));
      } catch (InterruptedException e) {
        interrupted = true;
      }
      int status = output.write(results);
      return interrupted ? Skipstone.INTERRUPTED : status;
    }
  }

  private void check(int[] counts, Engine engine, PassRunner runner) {
    int most = Arrays.stream(counts).max().orElseThrow();
    if (most > runner.maxLogitRows()) {
      throw new UsageException(
          "--rows is %d, more than the %d rows of a pass that give logits"
              .formatted(most, runner.maxLogitRows()));
    }
    if (position > engine.context() - most) {
      throw new UsageException(
          "--position is %d: with %d rows it passes the context of %d"
              .formatted(position, most, engine.context()));
    }
  }

  /**
   * Passes behind the same context, which is read here.
   *
   * @param launches receives, for a number of rows, the kernels that such a pass launched
   */
  private IntConsumer passes(Engine engine, PassRunner runner, Map<Integer, Integer> launches) {
    LayerPath full = LayerPath.full(engine.model().hyperParameters().layers());
    fill(engine, runner, position);
    return count -> launches.put(count, launches(count, full, engine, runner));
  }

  /** Runs a pass behind the context; says how many kernels it launched. */
  private int launches(int count, LayerPath path, Engine engine, PassRunner runner) {
    int vocabulary = engine.model().hyperParameters().vocabulary();
    int[] all = IntStream.range(0, count).toArray();
    runner.run(new Pass(tokens(position, count, vocabulary), position, path, all));
    runner.cache().truncate(position);
    return runner.launches();
  }

  /** Reads so many tokens into the runner's empty cache. */
  static void fill(Engine engine, PassRunner runner, int length) {
    LayerPath full = LayerPath.full(engine.model().hyperParameters().layers());
    int vocabulary = engine.model().hyperParameters().vocabulary();
    for (int start = 0; start < length; start += runner.maxRows()) {
      int[] chunk = tokens(start, Math.min(runner.maxRows(), length - start), vocabulary);
      runner.run(Pass.withoutLogits(chunk, start, full));
    }
  }

  /**
   * For devices that kernels are launched on. What a layer launches is what a pass without any
   * layer launches less, divided among the layers.
   */
  private List<BenchResult> launches(
      Map<Integer, Integer> launches, Engine engine, PassRunner runner) {
    int layers = engine.model().hyperParameters().layers();
    int[] every = IntStream.range(0, layers).toArray();
    LayerPath none = LayerPath.skipping(layers, every, every);
    List<BenchResult> results = new ArrayList<>();
    launches.forEach((count, launched) -> {
      if (launched > 0) {
        int outside = launches(count, none, engine, runner);
        results.add(launched("launches", count, launched));
        results.add(launched("launches_per_layer", count, (launched - outside) / (double) layers));
      }
    });
    return results;
  }

  private static BenchResult launched(String metric, int count, double kernels) {
    return new BenchResult("pass/rows=" + count, metric, "1", List.of(kernels));
  }

  /** Some tokens; which ones makes no difference to the time. */
  private static int[] tokens(int start, int count, int vocabulary) {
    return IntStream.range(start, start + count).map(place -> place % vocabulary).toArray();
  }

  private Map<String, String> settings(int[] counts) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rows", IntLists.joined(counts));
    settings.put("position", Integer.toString(position));
    settings.put("warm_ups", Integer.toString(warmUps));
    settings.put("runs", Integer.toString(runs));
    return settings;
  }

  private static List<Integer> boxed(int[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }
}
