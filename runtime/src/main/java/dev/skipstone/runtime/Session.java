package dev.skipstone.runtime;

import dev.skipstone.model.chat.ChatMessage;
import java.util.List;

/**
 * One sequence of tokens and its KV cache. Not thread-safe, except for {@link Generation#cancel}.
 * What a prompt shares with the tokens already in the cache is not computed again.
 */
public final class Session implements AutoCloseable {
  Session() {}

  /**
   * Starts an answer to a prompt; nothing is computed before the first {@link Generation#next}.
   *
   * @param prompt token ids of everything before the answer, the conversation's past included
   * @throws IllegalArgumentException if the prompt is empty, leaves no room in the context, or has
   *     an id that is not in the vocabulary
   * @throws IllegalStateException if this session's last generation is still under way
   */
  public Generation generate(int[] prompt, GenerationOptions options) {
    throw new UnsupportedOperationException();
  }

  /** Starts an answer to a conversation, through the model's chat template. */
  public Generation chat(List<ChatMessage> messages, GenerationOptions options) {
    throw new UnsupportedOperationException();
  }

  /** Starts an answer to one question. */
  public Generation ask(String question, GenerationOptions options) {
    return chat(List.of(ChatMessage.user(question)), options);
  }

  /** Tokens whose keys and values are in the cache. */
  public int length() {
    throw new UnsupportedOperationException();
  }

  /** Forgets all tokens; the memory stays. */
  public void reset() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
