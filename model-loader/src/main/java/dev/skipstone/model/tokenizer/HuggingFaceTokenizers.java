package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.json.JsonFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Tokenizers from the {@code tokenizer.json} files of Hugging Face's tokenizers library. */
public final class HuggingFaceTokenizers {
  private static final String MERGES = "model.merges";
  private static final String UNKNOWN = "model.unk_token";

  private final JsonFields fields;
  private final JsonNode root;
  private final TokenizerConfig config;
  private final int rows;
  private final Set<Integer> endTokens;

  HuggingFaceTokenizers(
      Path file, JsonNode root, TokenizerConfig config, int rows, Set<Integer> endTokens) {
    this.fields = new JsonFields(file);
    this.root = root;
    this.config = config;
    this.rows = rows;
    this.endTokens = endTokens;
  }

  /**
   * Reads a {@code tokenizer.json} by itself: byte-level BPE, BPE over characters as SentencePiece
   * has it, or a unigram model. Which tokens begin a text its post-processor says; {@link
   * Tokenizer#endTokens} go by the usual names.
   *
   * @throws ModelFileException if the file can't be read, is wrong, or has a part that is not
   *     supported
   */
  public static Tokenizer read(Path file) {
    return of(file, TokenizerConfig.NONE, 0, Set.of()).tokenizer();
  }

  /**
   * Reads the tokenizer of a model in Hugging Face's layout, with what {@code
   * tokenizer_config.json} tells about the tokens that begin and end a text.
   *
   * @param file the model's {@code tokenizer.json}
   * @param config the {@code tokenizer_config.json} beside it; it need not exist
   * @param rows rows of the model's embedding, 0 where that is not known; ids for which the
   *     vocabulary has no token are filled up to there with tokens without text
   * @param endTokens ids that end an answer besides the ones that the tokenizer's files name, as
   *     {@code eos_token_id} in the model's other files has them
   * @throws ModelFileException if a file can't be read, is wrong, has a part that is not supported,
   *     or has more tokens than the model has rows
   */
  public static Tokenizer open(Path file, Path config, int rows, Set<Integer> endTokens) {
    return of(file, TokenizerConfig.read(config), rows, endTokens).tokenizer();
  }

  private static HuggingFaceTokenizers of(
      Path file, TokenizerConfig config, int rows, Set<Integer> endTokens) {
    return new HuggingFaceTokenizers(file, JsonFile.read(file), config, rows, endTokens);
  }

  /**
   * What a tokenizer is made of.
   *
   * @param scores of a unigram model's tokens; else empty
   * @param ends tokens that end an answer
   * @param begin the token before a text
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  record Parts(
      TextRules rules,
      Vocabulary.Writing writing,
      Vocabulary vocabulary,
      List<AddedToken> added,
      double[] scores,
      SubwordModel model,
      Set<Integer> ends,
      OptionalInt begin) {}

  Parts parts() {
    HuggingFaceRules rules = HuggingFaceRules.read(fields, root);
    JsonNode model = root.path("model");
    boolean byteFallback = fields.flag("model.byte_fallback", model.path("byte_fallback"), false);
    HuggingFaceVocabulary read =
        HuggingFaceVocabulary.read(fields, root, rows, byteFallback || rules.byteFallback());
    Vocabulary vocabulary = read.vocabulary(rules.writing());
    int[] byteTokens = byteFallback ? vocabulary.byteTokens() : null;
    SubwordModel subwords =
        switch (model.path("type").asText(model.path("vocab").isArray() ? "Unigram" : "BPE")) {
          case "BPE" -> bpe(model, rules.writing(), vocabulary, byteTokens);
          case "Unigram" -> unigram(model, rules.writing(), vocabulary, read.scores(), byteTokens);
          default -> throw fields.unsupported("model.type", model.path("type"), "BPE, Unigram");
        };
    return new Parts(
        rules.textRules(),
        rules.writing(),
        vocabulary,
        read.added(),
        read.scores(),
        subwords,
        ends(vocabulary),
        begin(vocabulary));
  }

  private Tokenizer tokenizer() {
    Parts parts = parts();
    return tokenizer(parts, parts.ends(), parts.begin());
  }

  static Tokenizer tokenizer(Parts parts, Set<Integer> ends, OptionalInt begin) {
    return new SubwordTokenizer(
        parts.vocabulary(), parts.added(), parts.rules(), parts.model(), ends, begin);
  }

  private SubwordModel bpe(
      JsonNode model, Vocabulary.Writing writing, Vocabulary vocabulary, int[] byteTokens) {
    fields.requireOff("model.dropout", model.path("dropout"));
    fields.requireOff("model.continuing_subword_prefix", model.path("continuing_subword_prefix"));
    fields.requireOff("model.end_of_word_suffix", model.path("end_of_word_suffix"));
    boolean whole = fields.flag("model.ignore_merges", model.path("ignore_merges"), false);
    boolean fused = fields.flag("model.fuse_unk", model.path("fuse_unk"), false);
    int unknown = unknown(vocabulary, model.path("unk_token"));
    MergeTable merges = merges(vocabulary, model.path("merges"));
    return writing == Vocabulary.Writing.BYTE_ALPHABET
        ? new ByteLevelBpe(vocabulary, merges, whole, unknown)
        : new CharacterBpe(
            vocabulary, merges, whole, new UnknownCharacters(byteTokens, unknown, fused));
  }

  private SubwordModel unigram(
      JsonNode model,
      Vocabulary.Writing writing,
      Vocabulary vocabulary,
      double[] scores,
      int[] byteTokens) {
    if (writing == Vocabulary.Writing.BYTE_ALPHABET) {
      throw fields.problem("pre_tokenizer", "ByteLevel is not supported with Unigram");
    }
    if (!model.path("vocab").isArray()) {
      throw fields.problem(HuggingFaceVocabulary.FIELD, "is not a list of tokens and scores");
    }
    JsonNode id = model.path("unk_id");
    int unknown = Vocabulary.NO_UNKNOWN;
    if (!JsonFields.absent(id)) {
      unknown = id.isInt() ? id.intValue() : -1;
      if (unknown < 0 || unknown >= vocabulary.size()) {
        throw fields.problem("model.unk_id", Quoted.text(id.toString()) + " is not a token");
      }
    }
    return new Unigram(vocabulary, scores, new UnknownCharacters(byteTokens, unknown, true));
  }

  private MergeTable merges(Vocabulary vocabulary, JsonNode merges) {
    if (!merges.isArray()) {
      throw fields.problem(MERGES, "is missing or not an array");
    }
    Vocabulary.MergeReader reader = vocabulary.new MergeReader(MERGES, merges.size());
    for (JsonNode merge : merges) {
      if (merge.isTextual()) {
        reader.add(merge.textValue());
      } else if (merge.size() == 2 && merge.path(0).isTextual() && merge.path(1).isTextual()) {
        String left = merge.path(0).textValue();
        reader.add(left + merge.path(1).textValue(), left.length(), left.length());
      } else {
        throw fields.problem(
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
    if (JsonFields.absent(token)) {
      return Vocabulary.NO_UNKNOWN;
    }
    return find(vocabulary, fields, UNKNOWN, token.asText());
  }

  private Set<Integer> ends(Vocabulary vocabulary) {
    Set<Integer> ids = new HashSet<>(vocabulary.control(EndTokens.NAMES));
    config
        .endToken()
        .map(token -> find(vocabulary, config.fields(), "eos_token", token))
        .ifPresent(ids::add);
    for (int id : endTokens) {
      if (id < 0 || id >= vocabulary.size()) {
        throw fields.problem(
            HuggingFaceVocabulary.FIELD, "has no token " + id + ", which is to end an answer");
      }
      ids.add(id);
    }
    return ids;
  }

  /** Whether there is a begin token the configuration says, or else the post-processor. */
  private OptionalInt begin(Vocabulary vocabulary) {
    String template =
        HuggingFaceTemplate.beginToken(fields, root.path("post_processor")).orElse(null);
    if (config.addBeginToken().isEmpty()) {
      return template == null
          ? OptionalInt.empty()
          : OptionalInt.of(find(vocabulary, fields, "post_processor", template));
    }
    if (!config.addBeginToken().get()) {
      return OptionalInt.empty();
    }
    String token =
        config
            .beginToken()
            .orElseThrow(() ->
                config.fields().problem("bos_token", "is missing, but add_bos_token asks for it"));
    return OptionalInt.of(find(vocabulary, config.fields(), "bos_token", token));
  }

  static int find(Vocabulary vocabulary, JsonFields fields, String field, String token) {
    int id = vocabulary.index().find(token);
    if (id == TokenIndex.NONE) {
      throw fields.problem(field, Quoted.text(token) + " is not in the vocabulary");
    }
    return id;
  }
}
