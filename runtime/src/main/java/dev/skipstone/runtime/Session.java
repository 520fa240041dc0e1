package dev.skipstone.runtime;

import dev.skipstone.model.Model;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.runtime.draft.DraftController;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.draft.DraftSeat;
import dev.skipstone.runtime.draft.TokenHistory;
import dev.skipstone.runtime.pass.PassRunner;
import java.util.List;

/**
 * One sequence of tokens and its KV cache of {@link Engine#context} positions. Not thread-safe,
 * except for {@link Generation#cancel}. What a prompt shares with the tokens already in the cache,
 * from the first token on, is not computed again: the next turn of a conversation costs only what
 * is new in it.
 */
public final class Session implements AutoCloseable {
  private final Engine engine;
  private final PassRunner runner;
  private final TokenHistory history = new TokenHistory();
  private final DraftSeat seat;
  private Generation current;

  /** The method of the last greedy answer, and its controller; null before. */
  private DraftMethod controlled;

  private DraftController controller;
  private boolean closed;

  Session(Engine engine, PassRunner runner) {
    this.engine = engine;
    this.runner = runner;
    seat = new DraftSeat(engine.model());
  }

  /**
   * Starts an answer to a prompt; nothing is computed before the first {@link Generation#next}.
   *
   * @param prompt token ids of everything before the answer, the conversation's past included
   * @throws IllegalArgumentException if the prompt is empty, leaves no room in the context, or has
   *     an id that is not in the vocabulary, or if the draft method's settings don't fit the model
   * @throws IllegalStateException if this session is closed or its last generation still under way
   */
  public Generation generate(int[] prompt, GenerationOptions options) {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
    checkFinished();
    if (prompt.length == 0) {
      throw new IllegalArgumentException("the prompt has no tokens");
    }
    if (prompt.length >= runner.cache().capacity()) {
      throw new IllegalArgumentException(
          "the prompt has %d tokens, too many for a context of %d: shorten it or ask for a larger"
                  .formatted(prompt.length, runner.cache().capacity())
              + " context (--context)");
    }
    engine.checkTokens(prompt);
    int kept = Math.min(history.commonPrefix(prompt), prompt.length - 1);
    kept = Math.min(kept, runner.cache().length());
    long length = Math.min((long) prompt.length + options.maxTokens(), runner.cache().capacity());
    if (!runner.expect((int) length)) {
      kept = 0;
    }
    seat.expect((int) length);
    runner.cache().truncate(kept);
    history.truncate(kept);
    DraftController chosen = controller(options);
    current =
        new Generation(engine.model(), runner, seat, history, prompt.clone(), options, chosen);
    return current;
  }

  /** With sampling a new one each time, so that a text depends on its seed alone. */
  private DraftController controller(GenerationOptions options) {
    DraftMethod method = options.draft();
    Model target = engine.model();
    if (!options.sampling().isGreedy()) {
      return DraftController.counting(method.tokenCost(target), method.inOnePass());
    }
    if (!method.equals(controlled)) {
      giveBackController();
      controller = engine.controllers().take(method, target);
      controlled = method;
    }
    return controller;
  }

  private void giveBackController() {
    if (controlled != null) {
      engine.controllers().giveBack(controlled, controller);
      controlled = null;
    }
  }

  /**
   * Starts an answer to a conversation, through the model's chat template.
   *
   * @throws IllegalArgumentException as {@link Engine#encodeChat} and {@link #generate}
   * @throws IllegalStateException as {@link #generate}
   */
  public Generation chat(List<ChatMessage> messages, GenerationOptions options) {
    return generate(engine.encodeChat(messages), options);
  }

  /** Starts an answer to one question: a {@link #chat} of one message. */
  public Generation ask(String question, GenerationOptions options) {
    return chat(List.of(ChatMessage.user(question)), options);
  }

  /** Tokens whose keys and values are in the cache. */
  public int length() {
    return runner.cache().length();
  }

  /**
   * Forgets all tokens; the memory stays.
   *
   * @throws IllegalStateException if this session's last generation is still under way
   */
  public void reset() {
    checkFinished();
    runner.cache().truncate(0);
    history.truncate(0);
  }

  private void checkFinished() {
    if (current != null && current.isUnderWay()) {
      throw new IllegalStateException("the session's last answer is not finished: close it first");
    }
  }

  /** Cancels an answer that is under way and frees the KV caches; a second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (current != null) {
        current.close();
      }
      giveBackController();
      seat.close();
      runner.close();
    }
  }
}
