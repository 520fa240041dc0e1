package dev.skipstone.benchmarks.peers;

import dev.skipstone.benchmarks.Question;
import dev.skipstone.benchmarks.QuestionSet;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.Engine;
import java.util.List;

/**
 * What every engine computes in a turn: {@code pp} reads a long prompt, {@code tg} generates behind
 * a short one. The names are those of llama.cpp's {@code llama-bench}. Arrays are not to be
 * changed.
 *
 * @param longPrompt token ids to read
 * @param shortPrompt token ids to generate behind
 * @param generated tokens to generate
 * @param vocabulary tokens of the model
 */
// Arrays: workloads are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record PeerWorkload(int[] longPrompt, int[] shortPrompt, int generated, int vocabulary) {
  /** Tokens of the long prompt where nothing is said. */
  public static final int DEFAULT_PROMPT = 512;

  /** Tokens to generate where nothing is said. */
  public static final int DEFAULT_GENERATED = 128;

  private static final String REQUEST =
      "Tell me a long story about a stone that wanted to skip across the sea.";

  /**
   * A chat request, and the project's own questions one after another, again from the first where
   * they are too few.
   *
   * @param promptTokens tokens of the long prompt; at least 1
   * @param generated tokens to generate; at least 2
   */
  public static PeerWorkload of(Engine engine, int promptTokens, int generated) {
    if (promptTokens < 1 || generated < 2) {
      throw new IllegalArgumentException(
          "%d prompt tokens and %d generated ones: not 1 or more and 2 or more"
              .formatted(promptTokens, generated));
    }
    List<String> texts = QuestionSet.builtIn().questions().stream().map(Question::text).toList();
    int[] questions = engine.encodeText(String.join("\n", texts));
    int[] prompt = new int[promptTokens];
    for (int i = 0; i < promptTokens; i++) {
      prompt[i] = questions[i % questions.length];
    }
    int[] request =
        engine.model().chatTemplate().isPresent()
            ? engine.encodeChat(List.of(ChatMessage.user(REQUEST)))
            : engine.encodeText(REQUEST);
    return new PeerWorkload(
        prompt, request, generated, engine.model().hyperParameters().vocabulary());
  }

  /** Positions of the KV cache that an engine needs. */
  public int context() {
    return Math.max(longPrompt.length, shortPrompt.length + generated) + 1;
  }

  String promptName() {
    return "pp" + longPrompt.length;
  }

  String decodeName() {
    return "tg" + generated;
  }
}
