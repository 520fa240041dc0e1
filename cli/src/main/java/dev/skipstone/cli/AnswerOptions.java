package dev.skipstone.cli;

import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.sampling.Sampling;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How an answer is decoded. */
final class AnswerOptions {
  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "512",
      description = "Most tokens of an answer (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "0 (default) is greedy: always the most probable token.")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Sample from the K most probable tokens; 0 (default): from all.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Sample from the most probable tokens that sum to P (default: 1, all).")
  private double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0",
      description = "Sample from tokens at least P times as probable as the best (default: 0).")
  private double minP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of sampling: same seed, same drafter, same text (default: 0).")
  private long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End the answer before this text; can be given several times.")
  private List<String> stop = List.of();

  @Mixin private DraftOptions draft;

  DraftOptions draft() {
    return draft;
  }

  int maxTokens() {
    return maxTokens;
  }

  /** Fails where an option is wrong, before any model is loaded. */
  void check() {
    Checks.atLeast("--max-tokens", maxTokens, 1);
    Checks.within("--temperature", temperature, 0, 100);
    Checks.atLeast("--top-k", topK, 0);
    Checks.within("--top-p", topP, 0, 1);
    if ((float) topP == 0) {
      throw new UsageException("--top-p is 0, which leaves no token; it is above 0 and at most 1");
    }
    Checks.within("--min-p", minP, 0, 1);
    if (stop.contains("")) {
      throw new UsageException("--stop is empty");
    }
    draft.check();
  }

  /** The options, with a way of drafting. */
  GenerationOptions generation(DraftMethod method) {
    Sampling sampling = new Sampling((float) temperature, topK, (float) topP, (float) minP, seed);
    return new GenerationOptions(maxTokens, sampling, stop, method);
  }
}
