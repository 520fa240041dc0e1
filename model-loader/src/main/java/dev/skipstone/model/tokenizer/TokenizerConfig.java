package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A {@code tokenizer_config.json}: which tokens begin and end a text, and the chat templates. Every
 * method throws {@link ModelFileException} for a value of another type than it should be.
 */
public final class TokenizerConfig {
  static final TokenizerConfig NONE =
      new TokenizerConfig(Path.of("tokenizer_config.json"), MissingNode.getInstance());

  private static final String TEMPLATE = "chat_template";

  private final Path file;
  private final JsonNode root;

  private TokenizerConfig(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Reads a file; one that does not exist says nothing about anything.
   *
   * @throws ModelFileException if the file can't be read
   */
  public static TokenizerConfig read(Path file) {
    return Files.exists(file) ? new TokenizerConfig(file, JsonFile.read(file)) : NONE;
  }

  /** The beginning-of-sequence token's text. */
  public Optional<String> beginToken() {
    return token("bos_token");
  }

  /** The end-of-sequence token's text. */
  public Optional<String> endToken() {
    return token("eos_token");
  }

  /** Chat templates by their name; the only one, and the usual one, is {@code default}. */
  public Map<String, String> chatTemplates() {
    JsonNode templates = root.path(TEMPLATE);
    if (JsonFields.absent(templates)) {
      return Map.of();
    }
    if (templates.isTextual()) {
      return Map.of("default", templates.textValue());
    }
    Map<String, String> named = new LinkedHashMap<>();
    for (JsonNode template : templates) {
      if (!template.path("name").isTextual() || !template.path("template").isTextual()) {
        named.clear();
        break;
      }
      named.put(template.get("name").textValue(), template.get("template").textValue());
    }
    if (named.isEmpty()) {
      throw fields().problem(TEMPLATE, "is neither a template nor a list of {name, template}");
    }
    return named;
  }

  /** Whether the begin token is put before a text; empty where the file does not say. */
  Optional<Boolean> addBeginToken() {
    JsonNode flag = root.path("add_bos_token");
    return JsonFields.absent(flag)
        ? Optional.empty()
        : Optional.of(fields().flag("add_bos_token", flag, false));
  }

  JsonFields fields() {
    return new JsonFields(file);
  }

  private Optional<String> token(String field) {
    JsonNode token = root.path(field);
    JsonNode text = token.isObject() ? token.path("content") : token;
    if (JsonFields.absent(token)) {
      return Optional.empty();
    }
    if (!text.isTextual()) {
      throw fields().problem(field, "is not a token's text");
    }
    return Optional.of(text.textValue());
  }
}
