package dev.skipstone.model.chat;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.chat.jinja.JinjaTemplate;
import dev.skipstone.model.chat.jinja.TemplateFailure;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A chat template in Jinja, as models carry it, with the variables of Hugging Face's transformers:
 * {@code messages}, {@code tools}, {@code documents}, {@code add_generation_prompt}, {@code
 * bos_token}, {@code eos_token}.
 */
public final class JinjaChatTemplate implements ChatTemplate {
  private static final String FIELD = "tokenizer.chat_template";

  private final Path file;
  private final String source;
  private final String beginToken;
  private final String endToken;
  private volatile JinjaTemplate template;

  private JinjaChatTemplate(Path file, String source, String beginToken, String endToken) {
    this.file = file;
    this.source = source;
    this.beginToken = beginToken;
    this.endToken = endToken;
  }

  /**
   * A template that is read when it is first rendered: a model whose template is wrong still
   * completes text.
   *
   * @param file the file that the template comes from, for errors; it is not read
   * @param template the template's source
   * @param beginToken text of the beginning-of-sequence token, empty where there is none
   * @param endToken text of the end-of-sequence token, empty where there is none
   */
  public static ChatTemplate parse(Path file, String template, String beginToken, String endToken) {
    return new JinjaChatTemplate(
        file,
        Objects.requireNonNull(template, "template"),
        Objects.requireNonNull(beginToken, "beginToken"),
        Objects.requireNonNull(endToken, "endToken"));
  }

  @Override
  public String render(
      List<Map<String, Object>> messages, Map<String, Object> variables, boolean generationPrompt) {
    Map<String, Object> all = new HashMap<>();
    // As transformers does it: these are there, but none.
    all.put("tools", null);
    all.put("documents", null);
    all.put("bos_token", beginToken);
    all.put("eos_token", endToken);
    all.putAll(variables);
    all.put("messages", messages);
    all.put("add_generation_prompt", generationPrompt);
    try {
      JinjaTemplate parsed = template;
      if (parsed == null) {
        parsed = JinjaTemplate.parse(source);
        template = parsed;
      }
      return parsed.render(all);
    } catch (TemplateFailure e) {
      throw new ModelFileException(
          file, FIELD, ModelFileException.NO_OFFSET, e.getMessage(), e.getCause());
    }
  }
}
