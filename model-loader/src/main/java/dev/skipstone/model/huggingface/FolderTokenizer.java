package dev.skipstone.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.json.JsonFile;
import dev.skipstone.model.tokenizer.GgufTokenizerKeys;
import dev.skipstone.model.tokenizer.HuggingFaceTokenizers;
import dev.skipstone.model.tokenizer.MissingTokenizer;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** A folder's tokenizer, and the tokens that end an answer. */
final class FolderTokenizer {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  private static final String GENERATION_CONFIG = "generation_config.json";
  private static final String END_KEY = "eos_token_id";

  private final Path folder;
  private final ObjectNode config;

  /**
   * @param config of the model
   */
  FolderTokenizer(Path folder, ObjectNode config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * The tokenizer; one that refuses text where there is none, or one that is not supported.
   *
   * @param vocabulary rows of the embedding
   */
  Tokenizer read(int vocabulary) {
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
      return HuggingFaceTokenizers.open(
          file, folder.resolve(TOKENIZER_CONFIG), vocabulary, endTokens(vocabulary));
    } catch (ModelFileException e) {
      return new MissingTokenizer(vocabulary, () -> e);
    }
  }

  /**
   * The tokenizer as metadata of a GGUF file.
   *
   * @throws ModelFileException if there is none, or one that is not supported
   */
  GgufTokenizerKeys keys(int vocabulary) {
    return GgufTokenizerKeys.read(
        folder.resolve(TOKENIZER),
        folder.resolve(TOKENIZER_CONFIG),
        vocabulary,
        endTokens(vocabulary));
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

  private ObjectNode optional(String name) {
    Path file = folder.resolve(name);
    return Files.exists(file) ? JsonFile.read(file) : config.objectNode();
  }
}
