package dev.skipstone.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.chat.ChatTemplate;
import dev.skipstone.model.chat.JinjaChatTemplate;
import dev.skipstone.model.chat.LazyChatTemplate;
import dev.skipstone.model.tokenizer.HuggingFaceTokenizers;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a folder says of text: its tokenizer and its chat template. */
final class FolderTexts {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  private static final String GENERATION_CONFIG = "generation_config.json";
  private static final String TEMPLATE = "chat_template.jinja";
  private static final String TEMPLATE_KEY = "chat_template";
  private static final String END_KEY = "eos_token_id";

  private final Path folder;
  private final ObjectNode config;

  /**
   * @param config of the model
   */
  FolderTexts(Path folder, ObjectNode config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * The tokenizer; one that refuses text where there is none, or one that is not supported.
   *
   * @param vocabulary rows of the embedding
   */
  Tokenizer tokenizer(int vocabulary) {
    Path file = folder.resolve(TOKENIZER);
    if (!Files.exists(file)) {
      return new MissingTokenizer(
          vocabulary,
          () ->
              new ModelFileException(
                  folder,
                  TOKENIZER,
                  ModelFileException.NO_OFFSET,
                  "there is none, so that the model takes token ids only (--tokens)"));
    }
    try {
      Tokenizer tokenizer = HuggingFaceTokenizers.read(file);
      return new ConfiguredTokenizer(tokenizer, vocabulary, endTokens(vocabulary));
    } catch (ModelFileException e) {
      return new MissingTokenizer(vocabulary, () -> e);
    }
  }

  /** As the configuration of generation has them, or else that of the model. */
  private Set<Integer> endTokens(int vocabulary) {
    JsonNode ends = optional(GENERATION_CONFIG).path(END_KEY);
    if (ends.isMissingNode() || ends.isNull()) {
      ends = config.path(END_KEY);
    }
    Set<Integer> ids = new HashSet<>();
    for (JsonNode id : ends.isArray() ? ends : Set.of(ends)) {
      if (id.isInt() && id.intValue() >= 0 && id.intValue() < vocabulary) {
        ids.add(id.intValue());
      }
    }
    return ids;
  }

  /** The chat template, in a file of its own or in the tokenizer's configuration. */
  Optional<ChatTemplate> chatTemplate() {
    Path file = folder.resolve(TEMPLATE);
    if (Files.exists(file)) {
      return Optional.of(new LazyChatTemplate(() -> parse(file, read(file))));
    }
    JsonNode template = optional(TOKENIZER_CONFIG).path(TEMPLATE_KEY);
    return template.isTextual()
        ? Optional.of(
            new LazyChatTemplate(
                () -> parse(folder.resolve(TOKENIZER_CONFIG), template.textValue())))
        : Optional.empty();
  }

  private ChatTemplate parse(Path file, String source) {
    ObjectNode names = optional(TOKENIZER_CONFIG);
    return JinjaChatTemplate.parse(
        file, source, token(names.path("bos_token")), token(names.path("eos_token")));
  }

  /** A token, written out or as an object with its content. */
  private static String token(JsonNode name) {
    return name.isObject() ? name.path("content").asText("") : name.asText("");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ModelFileException(
          file, "file", ModelFileException.NO_OFFSET, "can't be read (" + e + ")", e);
    }
  }

  private ObjectNode optional(String name) {
    Path file = folder.resolve(name);
    return Files.exists(file) ? JsonFile.read(file) : config.objectNode();
  }
}
