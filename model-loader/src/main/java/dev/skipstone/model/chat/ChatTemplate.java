package dev.skipstone.model.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model's chat format. Immutable and shareable between threads. */
public interface ChatTemplate {
  /**
   * A conversation as the text that the model is to read.
   *
   * @param messages the conversation so far, the oldest first
   * @param generationPrompt whether to end with the opening of the assistant's answer
   * @return the text to tokenize, with special tokens written out
   * @throws dev.skipstone.model.ModelFileException if the template is wrong or uses what is not
   *     supported
   */
  default String render(List<ChatMessage> messages, boolean generationPrompt) {
    List<Map<String, Object>> values = new ArrayList<>();
    for (ChatMessage message : messages) {
      Map<String, Object> value = new LinkedHashMap<>();
      value.put("role", message.role());
      value.put("content", message.content());
      values.add(value);
    }
    return render(values, Map.of(), generationPrompt);
  }

  /**
   * A conversation with all that its messages can have, as in the APIs of chat servers: {@code
   * tool_calls}, a role {@code tool}, content in parts. Values are null, String, Boolean, Number,
   * Map and Collection.
   *
   * @param messages the conversation so far, the oldest first
   * @param variables what the template can use besides: {@code tools}, {@code documents}, {@code
   *     enable_thinking} and the like
   * @param generationPrompt whether to end with the opening of the assistant's answer
   * @return the text to tokenize, with special tokens written out
   * @throws dev.skipstone.model.ModelFileException if the template is wrong, uses what is not
   *     supported, or refuses the conversation
   * @throws IllegalArgumentException for a value of another kind
   */
  String render(
      List<Map<String, Object>> messages, Map<String, Object> variables, boolean generationPrompt);
}
