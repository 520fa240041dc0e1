package dev.skipstone.runtime;

import dev.skipstone.runtime.draft.DraftMethod;

/** Prompts for models with random weights. */
final class Prompts {
  private Prompts() {}

  /**
   * A prompt whose greedy answer does not come to an end token by chance.
   *
   * @param length of the prompt
   * @param tokens of the answer, or where the context ends before that, up to there
   */
  static int[] endless(Engine engine, int length, int tokens) {
    for (int first = 3; first < engine.model().hyperParameters().vocabulary(); first++) {
      int[] prompt = new int[length];
      for (int i = 0; i < length; i++) {
        prompt[i] = i % 3 == 0 ? first : 3 + i % 3;
      }
      GenerationOptions options =
          GenerationOptions.defaults().withMaxTokens(tokens).withDraft(DraftMethod.none());
      try (Session session = engine.openSession();
          Generation generation = session.generate(prompt, options)) {
        generation.complete();
        if (generation.finishReason() == FinishReason.LENGTH) {
          return prompt;
        }
      }
    }
    throw new AssertionError("every answer ends early");
  }
}
