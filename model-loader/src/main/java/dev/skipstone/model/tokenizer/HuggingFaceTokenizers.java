package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Tokenizers from the {@code tokenizer.json} files of Hugging Face's tokenizers library. */
public final class HuggingFaceTokenizers {
  private static final String VOCABULARY = "model.vocab";
  private static final String MERGES = "model.merges";
  private static final String ADDED = "added_tokens";

  private final Path file;
  private final JsonNode root;
  private final TokenizerConfig config;
  private final int rows;
  private final Set<Integer> endTokens;

  private HuggingFaceTokenizers(
      Path file, JsonNode root, TokenizerConfig config, int rows, Set<Integer> endTokens) {
    this.file = file;
    this.root = root;
    this.config = config;
    this.rows = rows;
    this.endTokens = endTokens;
  }

  /**
   * Reads a {@code tokenizer.json} of byte-level BPE with the pre-tokenizers of GPT-2, SmolLM2,
   * Llama 3 or Qwen 2. Such a file does not say which token begins or ends a text, so {@link
   * Tokenizer#beginToken} is empty and {@link Tokenizer#endTokens} go by the usual names.
   *
   * @throws ModelFileException if the file can't be read, is wrong, or asks for what is not
   *     supported
   */
  public static Tokenizer read(Path file) {
    return new HuggingFaceTokenizers(file, JsonFile.read(file), TokenizerConfig.NONE, 0, Set.of())
        .tokenizer();
  }

  /**
   * Reads the tokenizer of a model in Hugging Face's layout, with what {@code
   * tokenizer_config.json} tells about the tokens that begin and end a text.
   *
   * @param file the model's {@code tokenizer.json}
   * @param config the {@code tokenizer_config.json} beside it; it need not exist
   * @param rows rows of the model's embedding, 0 where that is not known; ids for which the
   *     vocabulary has no token are filled up to there with unused tokens
   * @param endTokens ids that end an answer besides the ones that the tokenizer's files name, as
   *     {@code eos_token_id} in the model's other files has them
   * @throws ModelFileException if a file can't be read, is wrong, asks for what is not supported,
   *     or has more tokens than the model has rows
   */
  public static Tokenizer open(Path file, Path config, int rows, Set<Integer> endTokens) {
    TokenizerConfig read = TokenizerConfig.read(config);
    return new HuggingFaceTokenizers(file, JsonFile.read(file), read, rows, endTokens).tokenizer();
  }

  private Tokenizer tokenizer() {
    JsonNode model = root.path("model");
    require("model.type", model.path("type"), "BPE");
    requireOff("model.dropout", model.path("dropout"));
    requireOff("model.continuing_subword_prefix", model.path("continuing_subword_prefix"));
    requireOff("model.end_of_word_suffix", model.path("end_of_word_suffix"));
    requireOff("model.byte_fallback", model.path("byte_fallback"));
    requireOff("model.fuse_unk", model.path("fuse_unk"));
    require("decoder.type", root.path("decoder").path("type"), "ByteLevel");
    BpeRule rule = rule(model.path("ignore_merges").asBoolean());

    Vocabulary vocabulary = vocabulary(model.path("vocab"));
    return new ByteLevelBpe(
        vocabulary,
        merges(vocabulary, model.path("merges")),
        rule,
        unknown(vocabulary, model.path("unk_token")),
        ends(vocabulary),
        begin(vocabulary));
  }

  private Set<Integer> ends(Vocabulary vocabulary) {
    Set<Integer> ids = new HashSet<>(vocabulary.control(config.endTokens()));
    for (int id : endTokens) {
      if (id < 0 || id >= vocabulary.size()) {
        throw problem(VOCABULARY, "has no token " + id + ", which is to end an answer");
      }
      ids.add(id);
    }
    return ids;
  }

  private OptionalInt begin(Vocabulary vocabulary) {
    if (!config.addBeginToken().orElse(false)) {
      return OptionalInt.empty();
    }
    String token = config.beginToken().orElse("");
    int id = vocabulary.index().find(token);
    if (id == TokenIndex.NONE) {
      throw config.problem("bos_token", Quoted.text(token) + " is not in the vocabulary");
    }
    return OptionalInt.of(id);
  }

  private BpeRule rule(boolean wholePieces) {
    JsonNode normalizer = root.path("normalizer");
    boolean nfc = !absent(normalizer);
    if (nfc) {
      require("normalizer.type", normalizer.path("type"), "NFC");
    }
    JsonNode steps = root.path("pre_tokenizer");
    if (steps.path("type").asText().equals("Sequence")) {
      steps = steps.path("pretokenizers");
    }
    JsonNode first = steps.isArray() ? steps.path(0) : steps;
    JsonNode last = steps.isArray() ? steps.path(steps.size() - 1) : steps;
    int count = steps.isArray() ? steps.size() : 1;
    String field = "pre_tokenizer";
    require(field, last.path("type"), "ByteLevel");
    boolean prefixSpace = last.path("add_prefix_space").asBoolean(true);
    boolean regex = last.path("use_regex").asBoolean(true);
    if (count == 1 && regex) {
      return new BpeRule(PreTokenizer.GPT2, nfc, wholePieces, prefixSpace);
    }
    PreTokenizer rule = null;
    String type = first.path("type").asText();
    if (count == 2 && type.equals("Digits") && regex) {
      rule = first.path("individual_digits").asBoolean() ? PreTokenizer.SMOLLM : null;
    } else if (count == 2 && type.equals("Split") && !regex) {
      require(field + ".behavior", first.path("behavior"), "Isolated");
      requireOff(field + ".invert", first.path("invert"));
      String pattern = first.path("pattern").path("Regex").asText();
      rule = PreTokenizer.byRegex(pattern).orElse(null);
    }
    if (rule == null || prefixSpace) {
      throw problem(
          field,
          Quoted.text(steps.toString())
              + " is not supported; supported: ByteLevel alone, and without add_prefix_space after"
              + " Digits (individual) or after the Split of Llama 3 or Qwen 2");
    }
    return new BpeRule(rule, nfc, wholePieces, false);
  }

  private Vocabulary vocabulary(JsonNode vocab) {
    if (!vocab.isObject() || vocab.isEmpty()) {
      throw problem(VOCABULARY, "is missing, empty or not an object");
    }
    JsonNode added = root.path(ADDED);
    if (!absent(added) && !added.isArray()) {
      throw problem(ADDED, "is not an array");
    }
    int most = Math.max(rows, vocab.size() + added.size());
    String[] tokens = new String[most];
    byte[] kinds = new byte[most];
    Arrays.fill(kinds, Vocabulary.NORMAL);
    int size = 0;
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      int id = id(VOCABULARY, entry.getKey(), entry.getValue(), most);
      if (tokens[id] != null) {
        throw problem(VOCABULARY, "two tokens have the id " + id);
      }
      tokens[id] = entry.getKey();
      size++;
    }
    for (JsonNode token : added) {
      String content = token.path("content").asText();
      int id = id(ADDED, content, token.path("id"), most);
      for (String option : new String[] {"lstrip", "rstrip", "single_word"}) {
        requireOff(ADDED + "." + option, token.path(option));
      }
      if (tokens[id] == null) {
        tokens[id] = content;
        size++;
      } else if (!tokens[id].equals(content)) {
        throw problem(
            ADDED, Quoted.text(content) + " has the id " + id + " of " + Quoted.text(tokens[id]));
      }
      kinds[id] = token.path("special").asBoolean() ? Vocabulary.CONTROL : Vocabulary.USER_DEFINED;
    }
    for (int id = size; id < rows; id++) {
      tokens[id] = "<unused" + id + ">";
      kinds[id] = Vocabulary.UNUSED;
    }
    size = Math.max(size, rows);
    for (int id = 0; id < size; id++) {
      if (tokens[id] == null) {
        throw problem(VOCABULARY, "no token has the id " + id + " of " + size);
      }
    }
    return new Vocabulary(
        file, VOCABULARY, Arrays.copyOf(tokens, size), Arrays.copyOf(kinds, size));
  }

  private int id(String field, String token, JsonNode id, int limit) {
    if (!id.isInt() || id.intValue() < 0 || id.intValue() >= limit) {
      throw problem(
          field,
          Quoted.text(token)
              + " has the id "
              + (id.isMissingNode() ? "-" : Quoted.text(id.toString()))
              + ", not one of 0 to "
              + (limit - 1));
    }
    return id.intValue();
  }

  private MergeTable merges(Vocabulary vocabulary, JsonNode merges) {
    if (!merges.isArray()) {
      throw problem(MERGES, "is missing or not an array");
    }
    Vocabulary.MergeReader reader = vocabulary.new MergeReader(MERGES, merges.size());
    for (JsonNode merge : merges) {
      if (merge.isTextual()) {
        reader.add(merge.textValue());
      } else if (merge.size() == 2 && merge.path(0).isTextual() && merge.path(1).isTextual()) {
        String left = merge.path(0).textValue();
        reader.add(left + merge.path(1).textValue(), left.length(), left.length());
      } else {
        throw problem(
            MERGES,
            "merge "
                + reader.table().size()
                + " ("
                + Quoted.text(merge.toString())
                + ") is neither \"left right\" nor a pair");
      }
    }
    return reader.table();
  }

  private int unknown(Vocabulary vocabulary, JsonNode token) {
    if (absent(token)) {
      return ByteLevelBpe.NO_UNKNOWN;
    }
    int id = vocabulary.index().find(token.asText());
    if (id == TokenIndex.NONE) {
      throw problem("model.unk_token", Quoted.text(token.asText()) + " is not in the vocabulary");
    }
    return id;
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private void require(String field, JsonNode value, String supported) {
    if (absent(value)) {
      throw problem(field, "is missing; supported: " + supported);
    }
    if (!value.asText().equals(supported)) {
      throw problem(
          field, Quoted.text(value.asText()) + " is not supported; supported: " + supported);
    }
  }

  /** Refuses an option that is neither missing, null, false, zero nor empty. */
  private void requireOff(String field, JsonNode value) {
    boolean off =
        absent(value)
            || (value.isBoolean() && !value.booleanValue())
            || (value.isNumber() && value.doubleValue() == 0)
            || (value.isTextual() && value.textValue().isEmpty());
    if (!off) {
      throw problem(field, Quoted.text(value.toString()) + " is not supported");
    }
  }

  private ModelFileException problem(String field, String what) {
    return new ModelFileException(file, field, ModelFileException.NO_OFFSET, what);
  }
}
