package dev.skipstone.cli;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.ContextBenchmark;
import dev.skipstone.benchmarks.ContextPlot;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench context}. */
@Command(
    name = "context",
    description =
        "Times a token (a pass of one row, with its logits) against the tokens before it. Each"
            + " length has a KV cache of its own, so that they can take turns.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone bench context --lengths 100,1000,4000",
      "  skipstone bench context --lengths 100,4000,8000 --context 8192 --plot context.png"
    })
final class BenchContextCommand implements Callable<Integer> {
  @ParentCommand private BenchCommand bench;

  @Option(
      names = "--lengths",
      paramLabel = "LIST",
      defaultValue = "100,1000,2000,4000",
      description = "Tokens before the one that is timed (default: ${DEFAULT-VALUE}).")
  private String lengths;

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

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw the figures, as a PNG file.")
  private String plot;

  @Mixin private ModelOptions models;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws IOException {
    options.check();
    int[] counts = IntLists.numbers("--lengths", lengths);
    Checks.within("--warm-ups", warmUps, 0, 100_000);
    Checks.within("--runs", runs, 1, 100_000);
    models.engine();
    WholeFile picture =
        plot == null ? null : new WholeFile("--plot", ModelOptions.path("--plot", plot));
    try (Engine engine = models.load()) {
      int most = Arrays.stream(counts).max().orElseThrow();
      if (most >= engine.context()) {
        throw new UsageException(
            "--lengths is %d, which leaves no room in the context of %d: a larger --context does"
                .formatted(most, engine.context()));
      }
      BenchOutput output = new BenchOutput(bench.streams(), options, engine, settings(counts));
      Map<Integer, PassRunner> runners = new TreeMap<>();
      List<BenchResult> results = List.of();
      boolean interrupted = false;
      try (BenchProgress progress = new BenchProgress(bench.streams(), "passes");
          Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
        for (int count : counts) {
          runners.computeIfAbsent(count, length -> filled(engine, length));
        }
        LayerPath full = LayerPath.full(engine.model().hyperParameters().layers());
        results =
            new ContextBenchmark(List.copyOf(runners.keySet()), warmUps, runs)
                .run(
                    length ->
                        runners
                            .get(length)
                            .run(new Pass(new int[] {1}, length, full, new int[] {0})),
                    progress);
      } catch (InterruptedException e) {
        interrupted = true;
      } finally {
        runners.values().forEach(PassRunner::close);
      }
      int status = output.write(results);
      if (picture != null && !results.isEmpty()) {
        picture.write(new ContextPlot(engine.model().name(), results)::write);
        bench.streams().err().println("plot: " + picture.path());
      }
      return interrupted ? Skipstone.INTERRUPTED : status;
    }
  }

  /** A runner whose cache holds so many tokens; which ones makes no difference to the time. */
  private PassRunner filled(Engine engine, int length) {
    bench.streams().err().println("reading " + Figures.count(length, "token") + " ...");
    PassRunner runner = engine.openRunner();
    BenchPassCommand.fill(engine, runner, length);
    return runner;
  }

  private Map<String, String> settings(int[] counts) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("lengths", IntLists.joined(counts));
    settings.put("warm_ups", Integer.toString(warmUps));
    settings.put("runs", Integer.toString(runs));
    return settings;
  }
}
