package dev.skipstone.cli;

import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.roofline.RooflineBenchmark;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench roofline}. */
@Command(
    name = "roofline",
    description =
        "Times the parts of a pass (dispatch, attention blocks, MLP blocks, output head, and the"
            + " whole) and sets the bytes they read and the operations they take beside what the"
            + " machine's memory and multiply-add units reach with the same number of threads.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone bench roofline --rows 1,5,64",
      "  skipstone bench roofline --rows 1 --position 4000 --format markdown"
    })
final class BenchRooflineCommand implements Callable<Integer> {
  @ParentCommand private BenchCommand bench;

  @Option(
      names = "--rows",
      paramLabel = "LIST",
      defaultValue = "1,5,64",
      description =
          "Rows of the passes (default: ${DEFAULT-VALUE}); many rows give logits of the last"
              + " only, as a prompt does.")
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
    int[] counts = Arrays.stream(IntLists.numbers("--rows", rows)).distinct().toArray();
    for (int count : counts) {
      Checks.atLeast("--rows", count, 1);
    }
    Checks.atLeast("--position", position, 0);
    Checks.within("--warm-ups", warmUps, 0, 100_000);
    Checks.within("--runs", runs, 1, 100_000);
    models.engine();
    try (Engine engine = models.load();
        PassRunner runner = engine.openRunner()) {
      int most = Arrays.stream(counts).max().orElseThrow();
      if (most > runner.maxRows()) {
        throw new UsageException(
            "--rows is %d, more than the %d rows of a pass".formatted(most, runner.maxRows()));
      }
      if (position > engine.context() - most) {
        throw new UsageException(
            "--position is %d: with %d rows it passes the context of %d"
                .formatted(position, most, engine.context()));
      }
      BenchOutput output = new BenchOutput(bench.streams(), options, engine, settings(counts));
      BenchPassCommand.fill(engine, runner, position);
      List<BenchResult> results = List.of();
      boolean interrupted = false;
      try (BenchProgress progress = new BenchProgress(bench.streams(), "passes");
          Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
        results =
            new RooflineBenchmark(engine, runner, position)
                .run(Arrays.stream(counts).boxed().toList(), warmUps, runs, progress);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      int status = output.writeMedians(results);
      return interrupted ? Skipstone.INTERRUPTED : status;
    }
  }

  private Map<String, String> settings(int[] counts) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rows", IntLists.joined(counts));
    settings.put("position", Integer.toString(position));
    settings.put("warm_ups", Integer.toString(warmUps));
    settings.put("runs", Integer.toString(runs));
    return settings;
  }
}
