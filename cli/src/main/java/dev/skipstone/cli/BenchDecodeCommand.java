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
      "  skipstone bench decode --drafts none,model --model large.gguf --draft-model small.gguf",
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
      names = "--always",
      description =
          "Draft as many tokens as may be at every step, whether that pays or not: shows what a"
              + " method would give where passes over several rows cost little.")
  private boolean always;

  @Mixin private QuestionOptions questions;
  @Mixin private SkipOptions skip;
  @Mixin private AdapterOption adapter;
  @Mixin private DraftModelOption draftModel;
  @Mixin private ModelOptions models;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws IOException {
    options.check();
    Set<String> names = names();
    questions.check();
    if (draftTokens != null) {
      Checks.within("--draft-tokens", draftTokens, 1, DraftMethod.MAX_DRAFT_TOKENS);
    }
    skip.check();
    adapter.check();
    draftModel.check("--drafts " + drafts, names.contains(DraftModelOption.METHOD));
    models.engine();
    QuestionSet set = questions.read();
    try (Engine engine = load(names);
        DraftMethods known =
            new DraftMethods(engine, draftModel.load(engine, bench.streams()), draftTokens, skip);
        Session session = engine.openSession()) {
      Map<String, DraftMethod> methods = new LinkedHashMap<>();
      names.forEach(name -> methods.put(name, method(name, known)));
      BenchOutput output =
          new BenchOutput(bench.streams(), options, engine, settings(methods, set));
      DecodeBenchmark benchmark = new DecodeBenchmark(set, methods, questions.runs());
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

  private Engine load(Set<String> names) {
    return names.contains(DraftMethods.S3D) ? models.load(adapter, bench.streams()) : models.load();
  }

  /** Plain decoding first. */
  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>(List.of(DecodeBenchmark.PLAIN));
    for (String part : drafts.split(",", -1)) {
      String name = part.strip();
      DraftMethods.check("--drafts " + name, name);
      names.add(name);
    }
    return names;
  }

  private DraftMethod method(String name, DraftMethods known) {
    DraftMethod method = known.method(name);
    return always && method.draftTokens() > 0 ? DraftMethod.uncontrolled(method) : method;
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
    draftModel.describe(settings);
    if (always) {
      settings.put("always", "true");
    }
    questions.describe(settings, set);
    return settings;
  }
}
