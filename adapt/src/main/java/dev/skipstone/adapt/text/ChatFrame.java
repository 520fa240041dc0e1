package dev.skipstone.adapt.text;

import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.model.tokenizer.Tokenizer;
import dev.skipstone.runtime.Engine;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a model's chat template puts around a user's turn. */
final class ChatFrame {
  private static final String MARK = "@@turn@@";

  private final Engine engine;
  private final Tokenizer tokenizer;
  private final String before;
  private final String behind;

  /**
   * @throws IllegalArgumentException if the model has no chat template, or one that changes what
   *     users say
   */
  ChatFrame(Engine engine) {
    this.engine = engine;
    if (engine.model().chatTemplate().isEmpty()) {
      throw new IllegalArgumentException(
          engine.model().file()
              + ": has no chat template, so that the model can't ask itself: give texts to train on"
              + " (--text, or --tokens for token ids)");
    }
    tokenizer = engine.model().tokenizer();
    String rendered = tokenizer.decode(engine.encodeChat(List.of(ChatMessage.user(MARK))));
    int mark = rendered.indexOf(MARK);
    if (mark < 0) {
      throw new IllegalArgumentException(
          engine.model().file()
              + ": the chat template changes what users say, so that the model can't ask itself");
    }
    before = rendered.substring(0, mark);
    behind = rendered.substring(mark + MARK.length());
  }

  /** Tokens up to where a user has begun to speak. */
  int[] opening(String firstWords) {
    return tokenizer.encode(before + firstWords, true);
  }

  /** Tokens of a conversation, up to where the answer begins. */
  int[] prompt(List<ChatMessage> conversation) {
    return engine.encodeChat(conversation);
  }

  /** A text as a prompt of its own. */
  int[] plain(String text) {
    return engine.encodeText(text);
  }

  /** What was asked, if a prompt is one user's turn in this frame. */
  Optional<String> asked(int[] prompt) {
    String text = tokenizer.decode(prompt);
    boolean framed =
        text.startsWith(before)
            && text.endsWith(behind)
            && text.length() > before.length() + behind.length();
    return framed
        ? Optional.of(text.substring(before.length(), text.length() - behind.length()))
        : Optional.empty();
  }

  /** What tokens add to a text that has begun; special ones are left out. */
  String continuation(int[] tokens) {
    return tokenizer.decode(
        Arrays.stream(tokens).filter(token -> !tokenizer.isSpecial(token)).toArray());
  }

  /** The words of an answer. */
  String words(int[] answer) {
    return continuation(answer).strip();
  }

  /** Whether a text came to its end, rather than being cut. */
  boolean ended(int[] answer) {
    return answer.length > 0 && tokenizer.endTokens().contains(answer[answer.length - 1]);
  }
}
