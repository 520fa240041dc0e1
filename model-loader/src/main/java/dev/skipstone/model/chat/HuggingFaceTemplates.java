package dev.skipstone.model.chat;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.tokenizer.TokenizerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Chat templates of models in Hugging Face's layout. */
public final class HuggingFaceTemplates {
  private static final String TEMPLATE_FILE = "chat_template.jinja";

  private HuggingFaceTemplates() {}

  /**
   * The chat template in a model's folder, parsed when it is first used: {@code
   * chat_template.jinja}, or the one that {@code tokenizer_config.json} names {@code default} or
   * has as its only one.
   *
   * @param folder the model's folder
   * @return empty where there is none
   * @throws ModelFileException if {@code tokenizer_config.json} can't be read or is wrong
   */
  public static Optional<ChatTemplate> open(Path folder) {
    Path configFile = folder.resolve("tokenizer_config.json");
    TokenizerConfig config = TokenizerConfig.read(configFile);
    String begin = config.beginToken().orElse("");
    String end = config.endToken().orElse("");
    Path file = folder.resolve(TEMPLATE_FILE);
    if (Files.exists(file)) {
      return Optional.of(
          new LazyChatTemplate(() -> JinjaChatTemplate.parse(file, text(file), begin, end)));
    }
    return usual(config)
        .map(source ->
            new LazyChatTemplate(() -> JinjaChatTemplate.parse(configFile, source, begin, end)));
  }

  /**
   * The text of that template.
   *
   * @throws ModelFileException if a file can't be read or is wrong
   */
  public static Optional<String> source(Path folder) {
    Path file = folder.resolve(TEMPLATE_FILE);
    return Files.exists(file)
        ? Optional.of(text(file))
        : usual(TokenizerConfig.read(folder.resolve("tokenizer_config.json")));
  }

  private static Optional<String> usual(TokenizerConfig config) {
    Map<String, String> templates = config.chatTemplates();
    return Optional.ofNullable(
        templates.size() == 1 ? templates.values().iterator().next() : templates.get("default"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ModelFileException(
          file, "file", ModelFileException.NO_OFFSET, "can't be read (" + e + ")", e);
    }
  }
}
