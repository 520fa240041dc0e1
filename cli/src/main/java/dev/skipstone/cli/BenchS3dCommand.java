package dev.skipstone.cli;

import dev.skipstone.benchmarks.Answerer;
import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.QuestionSet;
import dev.skipstone.benchmarks.S3dBenchmark;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.draft.DraftMethod;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench s3d}. */
@Command(
    name = "s3d",
    description =
        "Drafts with an adapter at every step, one token to as many as it has, and compares tokens"
            + " an iteration, its cost and the speed-up with what S3D's performance model predicts;"
            + " also what a GPU would make of the same drafts.",
    footerHeading = "%nExamples:%n",
    footer = {"  skipstone bench s3d --limit 1", "  skipstone bench s3d --adapter FILE --runs 3"})
final class BenchS3dCommand implements Callable<Integer> {
  @ParentCommand private BenchCommand bench;

  @Mixin private QuestionOptions questions;
  @Mixin private AdapterOption adapter;
  @Mixin private ModelOptions models;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws IOException {
    options.check();
    questions.check();
    adapter.check();
    models.engine();
    QuestionSet set = questions.read();
    try (Engine engine = models.load(adapter, bench.streams());
        Session session = engine.openSession()) {
      DraftAdapter used = engine.options().adapter().orElseThrow();
      BenchOutput output = new BenchOutput(bench.streams(), options, engine, settings(used, set));
      int layers = engine.model().hyperParameters().layers();
      S3dBenchmark benchmark =
          new S3dBenchmark(
              set,
              drafted -> DraftMethod.uncontrolled(DraftMethod.s3dInPasses(used, drafted)),
              used.draftTokens(),
              1 - used.path(layers).sublayers() / (2.0 * layers),
              questions.runs());
      List<BenchResult> results;
      boolean interrupted;
      try (BenchProgress progress = new BenchProgress(bench.streams(), "answers");
          Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
        results = benchmark.run(Answerer.greedy(engine, session, questions.maxTokens()), progress);
        // Before the progress is closed, which takes the interrupt for its own.
        interrupted = Thread.interrupted();
      }
      int status = output.write(results);
      return interrupted ? Skipstone.INTERRUPTED : status;
    }
  }

  private Map<String, String> settings(DraftAdapter used, QuestionSet set) {
    Map<String, String> settings = new LinkedHashMap<>();
    adapter.describe(settings);
    settings.put("draft_tokens", Integer.toString(used.draftTokens()));
    questions.describe(settings, set);
    return settings;
  }
}
