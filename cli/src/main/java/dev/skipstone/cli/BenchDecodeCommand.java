package dev.skipstone.cli;

import dev.skipstone.benchmarks.Answerer;
import dev.skipstone.benchmarks.BenchResult;
import dev.skipstone.benchmarks.DecodeBenchmark;
import dev.skipstone.benchmarks.QuestionSet;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench decode}. */
@Command(
    name = "decode",
    description =
        "Answers questions greedily with each draft method, in turn, and compares the speed with"
            + " plain decoding's; fails if a method gives other tokens than plain decoding.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone bench decode --drafts none,skip,ngram --limit 1",
      "  skipstone bench decode --drafts skip --draft-tokens 3 --runs 3 --format json",
      "  skipstone bench decode --drafts none,s3d --adapter model.s3d.safetensors",
      "  skipstone bench decode --questions questions.jsonl --max-tokens 64",
      "",
      "A line of a file of questions: {\"question_id\": 1, \"category\": \"coding\", \"turns\": [\"...\"]}."
    })
final class BenchDecodeCommand implements Callable<Integer> {
  @ParentCommand private BenchCommand bench;

  @Option(
      names = "--drafts",
      paramLabel = "LIST",
      defaultValue = "none,skip,ngram",
      description =
          "Draft methods (default: ${DEFAULT-VALUE}); none is measured in any case, to compare.")
  private String drafts;

  @Option(
      names = "--draft-tokens",
      paramLabel = "N",
      description = "Most tokens a draft, of all methods.")
  private Integer draftTokens;

  @Option(
      names = "--questions",
      paramLabel = "FILE",
      description = "Questions, a JSON object a line (default: 5 in each of 13 categories).")
  private String questions;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Most questions of a category (default: all).")
  private Integer limit;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "" + DecodeBenchmark.DEFAULT_MAX_TOKENS,
      description = "Most tokens of an answer (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often to answer all questions (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Mixin private SkipOptions skip;
  @Mixin private AdapterOption adapter;
  @Mixin private ModelOptions models;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws IOException {
    options.check();
    Set<String> names = names();
    Checks.atLeast("--max-tokens", maxTokens, 1);
    Checks.within("--runs", runs, 1, 100_000);
    if (draftTokens != null) {
      Checks.within("--draft-tokens", draftTokens, 1, DraftMethod.MAX_DRAFT_TOKENS);
    }
    skip.check();
    adapter.check();
    models.engine();
    QuestionSet set = questionSet();
    try (Engine engine = load(names);
        Session session = engine.openSession()) {
      Map<String, DraftMethod> methods = new LinkedHashMap<>();
      names.forEach(
          name -> methods.put(name, DraftOptions.method(name, draftTokens, skip, engine)));
      BenchOutput output =
          new BenchOutput(bench.streams(), options, engine, settings(methods, set));
      DecodeBenchmark benchmark = new DecodeBenchmark(set, methods, runs);
      List<BenchResult> results;
      boolean interrupted;
      try (BenchProgress progress = new BenchProgress(bench.streams(), "answers");
          Interrupts _ = new Interrupts(Thread.currentThread()::interrupt)) {
        results = benchmark.run(Answerer.greedy(engine, session, maxTokens), progress);
        // Before the progress is closed, which takes the interrupt for its own.
        interrupted = Thread.interrupted();
      }
      int status = output.write(results);
      return interrupted ? Skipstone.INTERRUPTED : status;
    }
  }

  private Engine load(Set<String> names) {
    return names.contains("s3d") ? models.load(adapter, bench.streams()) : models.load();
  }

  /** Plain decoding first. */
  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>(List.of(DecodeBenchmark.PLAIN));
    for (String part : drafts.split(",", -1)) {
      String name = part.strip();
      DraftOptions.checkMethod("--drafts " + name, name);
      names.add(name);
    }
    return names;
  }

  private QuestionSet questionSet() throws IOException {
    if (limit != null) {
      Checks.atLeast("--limit", limit, 1);
    }
    QuestionSet all =
        questions == null
            ? QuestionSet.builtIn()
            : QuestionSet.read(ModelOptions.path("--questions", questions));
    return limit == null ? all : all.firstOfEach(limit);
  }

  private Map<String, String> settings(Map<String, DraftMethod> methods, QuestionSet set) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("drafts", String.join(",", methods.keySet()));
    methods.forEach((name, method) -> {
      if (method.draftTokens() > 0) {
        settings.put("draft_tokens_" + name, Integer.toString(method.draftTokens()));
      }
    });
    skip.describe(settings);
    adapter.describe(settings);
    // Not the file's path: a report is shown to others.
    settings.put(
        "questions", set.questions().size() + (questions == null ? " built-in" : " given"));
    settings.put("max_tokens", Integer.toString(maxTokens));
    settings.put("runs", Integer.toString(runs));
    return settings;
  }
}
