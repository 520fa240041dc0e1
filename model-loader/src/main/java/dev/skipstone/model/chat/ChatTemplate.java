package dev.skipstone.model.chat;

import java.util.List;

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
  String render(List<ChatMessage> messages, boolean generationPrompt);
}
