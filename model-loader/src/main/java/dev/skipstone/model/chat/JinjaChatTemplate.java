package dev.skipstone.model.chat;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A chat template in Jinja, as models carry it, with the variables and settings of Hugging Face's
 * transformers: {@code messages}, {@code add_generation_prompt}, {@code bos_token}, {@code
 * eos_token}, {@code raise_exception(message)}, {@code strftime_now(format)}; {@code trim_blocks}
 * and {@code lstrip_blocks} are on. A template sees maps, lists, strings and numbers only, and its
 * output and work are bounded.
 */
public final class JinjaChatTemplate implements ChatTemplate {
  private static final String FIELD = "tokenizer.chat_template";

  private final Path file;
  private final String template;
  private final String beginToken;
  private final String endToken;

  private JinjaChatTemplate(Path file, String template, String beginToken, String endToken) {
    this.file = file;
    this.template = template;
    this.beginToken = beginToken;
    this.endToken = endToken;
  }

  /**
   * A template that is read when it is first rendered, since starting the Jinja library takes a
   * while.
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
  public String render(List<ChatMessage> messages, boolean generationPrompt) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (ChatMessage message : messages) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("role", message.role());
      map.put("content", message.content());
      list.add(map);
    }
    Map<String, Object> variables = new HashMap<>();
    variables.put("messages", list);
    variables.put("add_generation_prompt", generationPrompt);
    variables.put("bos_token", beginToken);
    variables.put("eos_token", endToken);
    try {
      return JinjaSandbox.render(template, variables);
    } catch (TemplateFailure e) {
      throw new ModelFileException(
          file, FIELD, ModelFileException.NO_OFFSET, e.getMessage(), e.getCause());
    }
  }
}
