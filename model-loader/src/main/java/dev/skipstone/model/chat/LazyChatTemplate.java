package dev.skipstone.model.chat;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A template that is parsed when it is first used: a model whose template is broken, or of a kind
 * that is not supported, still completes raw text, and opening a model does not wait for a parser.
 */
public final class LazyChatTemplate implements ChatTemplate {
  private final Supplier<ChatTemplate> parser;
  private volatile ChatTemplate parsed;

  /**
   * @param parser its result is kept, its exceptions are not; may run twice
   */
  public LazyChatTemplate(Supplier<ChatTemplate> parser) {
    this.parser = parser;
  }

  @Override
  public String render(
      List<Map<String, Object>> messages, Map<String, Object> variables, boolean generationPrompt) {
    ChatTemplate template = parsed;
    if (template == null) {
      template = parser.get();
      parsed = template;
    }
    return template.render(messages, variables, generationPrompt);
  }
}
