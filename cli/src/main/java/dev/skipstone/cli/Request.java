package dev.skipstone.cli;

import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.Engine;
import java.util.List;

/**
 * One thing to answer.
 *
 * @param where what to name in messages about it: an option, or a file and line
 * @param id as given (a string or a number), else its index
 * @param prompt what to answer
 * @param maxTokens most tokens of the answer; null for the command's own limit
 */
record Request(String where, Object id, Prompt prompt, Integer maxTokens) {

  /** What to answer. */
  sealed interface Prompt {}

  /** A question, or with {@code --raw} a text to go on from. */
  record Text(String text) implements Prompt {}

  /** A conversation that ends with the user's turn. */
  record Messages(List<ChatMessage> messages) implements Prompt {}

  /** Exactly these tokens. */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  record Tokens(int[] ids) implements Prompt {}

  /**
   * The prompt's tokens.
   *
   * @param raw whether a text is taken as it is, without the chat template
   */
  int[] encode(Engine engine, boolean raw) {
    int[] tokens =
        switch (prompt) {
          case Tokens given -> given.ids();
          case Messages chat -> chat(engine, chat.messages());
          case Text text when raw -> engine.encodeText(text.text());
          case Text text -> chat(engine, List.of(ChatMessage.user(text.text())));
        };
    Checks.tokens(where, tokens, engine.model().hyperParameters().vocabulary());
    if (tokens.length == 0) {
      throw new FailedException(where + ": the prompt has no tokens");
    }
    if (tokens.length >= engine.context()) {
      throw new FailedException(
          "%s: the prompt has %d tokens, which leaves no room in the context of %d; a larger --context or a shorter prompt would"
              .formatted(where, tokens.length, engine.context()));
    }
    return tokens;
  }

  private int[] chat(Engine engine, List<ChatMessage> messages) {
    if (engine.model().chatTemplate().isEmpty()) {
      throw new FailedException(
          where + ": the model has no chat template; --raw takes a prompt as it is");
    }
    return engine.encodeChat(messages);
  }
}
