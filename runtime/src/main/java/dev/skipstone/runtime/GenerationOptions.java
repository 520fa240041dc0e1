package dev.skipstone.runtime;

import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.sampling.Sampling;
import java.util.List;
import java.util.Objects;

/**
 * How an answer is decoded. Values out of range are refused with an {@link
 * IllegalArgumentException}.
 *
 * @param maxTokens most tokens to generate; at least 1
 * @param sampling how a token is chosen from the model's probabilities
 * @param stop texts, none empty, that end the answer where the first of them begins and are not
 *     part of it; looked for in the answer's text, so that one may begin or end inside a token
 * @param draft how tokens are drafted
 */
public record GenerationOptions(
    int maxTokens, Sampling sampling, List<String> stop, DraftMethod draft) {
  public GenerationOptions {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max tokens is " + maxTokens + ", not 1 or more");
    }
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(draft, "draft");
    stop = List.copyOf(stop);
    if (stop.contains("")) {
      throw new IllegalArgumentException("a stop text is empty");
    }
  }

  /** Greedy, 512 tokens, drafting with skipped layers. */
  public static GenerationOptions defaults() {
    return new GenerationOptions(512, Sampling.greedy(), List.of(), DraftMethod.skip());
  }

  public GenerationOptions withMaxTokens(int count) {
    return new GenerationOptions(count, sampling, stop, draft);
  }

  public GenerationOptions withSampling(Sampling rule) {
    return new GenerationOptions(maxTokens, rule, stop, draft);
  }

  public GenerationOptions withStop(String... texts) {
    return new GenerationOptions(maxTokens, sampling, List.of(texts), draft);
  }

  public GenerationOptions withDraft(DraftMethod method) {
    return new GenerationOptions(maxTokens, sampling, stop, method);
  }
}
