package dev.skipstone.cli;

import dev.skipstone.benchmarks.DecodeBenchmark;
import dev.skipstone.benchmarks.QuestionSet;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a benchmark of drafts answers, and how often. */
final class QuestionOptions {
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

  void check() {
    Checks.atLeast("--max-tokens", maxTokens, 1);
    Checks.within("--runs", runs, 1, 100_000);
    if (limit != null) {
      Checks.atLeast("--limit", limit, 1);
    }
  }

  int maxTokens() {
    return maxTokens;
  }

  int runs() {
    return runs;
  }

  QuestionSet read() throws IOException {
    QuestionSet all =
        questions == null
            ? QuestionSet.builtIn()
            : QuestionSet.read(ModelOptions.path("--questions", questions));
    return limit == null ? all : all.firstOfEach(limit);
  }

  void describe(Map<String, String> settings, QuestionSet set) {
    // Not the file's path: a report is shown to others.
    settings.put(
        "questions", set.questions().size() + (questions == null ? " built-in" : " given"));
    settings.put("max_tokens", Integer.toString(maxTokens));
    settings.put("runs", Integer.toString(runs));
  }
}
