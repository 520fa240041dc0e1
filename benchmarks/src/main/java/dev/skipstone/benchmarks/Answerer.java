package dev.skipstone.benchmarks;

import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.sampling.Sampling;
import java.util.List;

/** Answers a question with a way of drafting: what {@link DecodeBenchmark} times. */
@FunctionalInterface
public interface Answerer {
  /** Decodes the answer to the question's first turn, from an empty cache. */
  Answer answer(Question question, DraftMethod draft);

  /**
   * Greedy answers of an engine, through the chat template where the model has one.
   *
   * @param session of that engine; emptied before each answer
   * @param maxTokens most tokens of an answer
   */
  static Answerer greedy(Engine engine, Session session, int maxTokens) {
    boolean chat = engine.model().chatTemplate().isPresent();
    return (question, draft) -> {
      session.reset();
      int[] prompt =
          chat
              ? engine.encodeChat(List.of(ChatMessage.user(question.text())))
              : engine.encodeText(question.text());
      var options = new GenerationOptions(maxTokens, Sampling.greedy(), List.of(), draft);
      try (Generation generation = session.generate(prompt, options)) {
        while (generation.hasNext()) {
          generation.next();
        }
        return new Answer(generation.tokens(), generation.stats());
      }
    };
  }
}
