package dev.skipstone.model.chat;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;

/** Holds the place of the chat templates. */
public final class JinjaChatTemplate {
  private JinjaChatTemplate() {}

  public static ChatTemplate parse(Path file, String template, String beginToken, String endToken) {
    throw new ModelFileException(
        file, "tokenizer.chat_template", ModelFileException.NO_OFFSET, "not supported yet");
  }
}
