package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.json.JsonFile;
import dev.skipstone.model.tokenizer.pattern.TextPattern;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Tokenizers from the metadata of GGUF files. */
public final class GgufTokenizers {
  private static final String PREFIX = "tokenizer.ggml.";
  static final String MODEL = PREFIX + "model";
  static final String PRE = PREFIX + "pre";
  static final String TOKENS = PREFIX + "tokens";
  static final String TOKEN_TYPE = PREFIX + "token_type";
  static final String MERGES = PREFIX + "merges";
  static final String SCORES = PREFIX + "scores";
  static final String UNKNOWN = PREFIX + "unknown_token_id";
  static final String SPACE_PREFIX = PREFIX + "add_space_prefix";
  static final String BEGIN = PREFIX + "bos_token_id";
  static final String ADD_BEGIN = PREFIX + "add_bos_token";
  static final String ADD_END = PREFIX + "add_eos_token";

  /** A {@code tokenizer.json} whole, as the format's description has it. */
  static final String HUGGING_FACE = "tokenizer.huggingface.json";

  /** Tokens that end an answer, the one that templates name first. */
  static final List<String> END_KEYS =
      List.of(PREFIX + "eos_token_id", PREFIX + "eot_token_id", PREFIX + "eom_token_id");

  private static final String CHARACTER_MAP = PREFIX + "precompiled_charsmap";
  private static final Set<String> MODELS_WITHOUT_TEXT = Set.of("none", "no_vocab");

  private final GgufMetadata keys;

  private GgufTokenizers(GgufMetadata keys) {
    this.keys = keys;
  }

  /**
   * Reads the tokenizer of a GGUF file: byte-level BPE ({@code tokenizer.ggml.model} {@code gpt2})
   * with the pre-tokenizers of {@link SplitRules}, SentencePiece's BPE ({@code llama}), its unigram
   * model ({@code t5}), or what the file has of Hugging Face's.
   *
   * @param file the file, for errors; it is not read
   * @param metadata all of the file's metadata: String, Number, Boolean or List
   * @param rows rows of the model's embedding, 0 where that is not known
   * @return one that refuses text where the file has none, or one of a kind that is not supported
   * @throws ModelFileException if a key is missing or wrong, or there are more or fewer tokens than
   *     rows
   */
  public static Tokenizer read(Path file, Map<String, Object> metadata, int rows) {
    GgufTokenizers reader = new GgufTokenizers(new GgufMetadata(file, metadata));
    return reader.huggingFace(rows).orElseGet(() -> reader.ggml(rows));
  }

  private Tokenizer ggml(int rows) {
    Optional<ModelFileException> problem = unsupported();
    if (problem.isPresent()) {
      return new MissingTokenizer(rows, problem::get);
    }
    Tokenizer tokenizer =
        switch (keys.string(MODEL)) {
          case "gpt2" -> byteLevel(SplitRules.named(keys.string(PRE)));
          case "llama" -> sentencePiece(false);
          default -> sentencePiece(true);
        };
    if (rows > 0 && tokenizer.vocabularySize() != rows) {
      throw keys.problem(
          TOKENS,
          "there are %d tokens, but the token embedding has %d rows"
              .formatted(tokenizer.vocabularySize(), rows));
    }
    return tokenizer;
  }

  /** Why the tokenizer is of no kind that is read; empty where it is. */
  private Optional<ModelFileException> unsupported() {
    if (!keys.values().containsKey(MODEL)) {
      return Optional.of(
          keys.problem(
              MODEL,
              "is missing: the file has no tokenizer, so that it takes token ids (--tokens)"));
    }
    String model = keys.string(MODEL);
    if (MODELS_WITHOUT_TEXT.contains(model)) {
      return Optional.of(
          keys.problem(MODEL, "the file has no tokenizer, so that it takes token ids (--tokens)"));
    }
    return switch (model) {
      case "gpt2" -> {
        String pre = keys.string(PRE);
        yield SplitRules.named(pre) != null
            ? Optional.empty()
            : Optional.of(unsupported(PRE, pre, String.join(", ", SplitRules.names())));
      }
      case "llama", "t5" -> {
        Object map = keys.values().get(CHARACTER_MAP);
        yield map == null || (map instanceof List<?> list && list.isEmpty())
            ? Optional.empty()
            : Optional.of(
                keys.problem(
                    CHARACTER_MAP, "is not supported; the model takes token ids (--tokens)"));
      }
      default ->
          Optional.of(
              unsupported(
                  MODEL,
                  model,
                  "\"gpt2\" (byte-level BPE), \"llama\" (SentencePiece BPE), \"t5\" (unigram)"));
    };
  }

  private ModelFileException unsupported(String key, String value, String supported) {
    return keys.problem(
        key,
        "%s is not supported, so that the model takes token ids (--tokens); supported: %s"
            .formatted(Quoted.text(value), supported));
  }

  /** What {@code tokenizer.json} says of the tokens, with what GGUF's keys say of begin and end. */
  private Optional<Tokenizer> huggingFace(int rows) {
    if (!(keys.values().get(HUGGING_FACE) instanceof String text)) {
      return Optional.empty();
    }
    HuggingFaceTokenizers.Parts parts;
    try {
      JsonNode root = JsonFile.parse(keys.file(), HUGGING_FACE, text);
      parts =
          new HuggingFaceTokenizers(keys.file(), root, TokenizerConfig.NONE, rows, Set.of())
              .parts();
    } catch (ModelFileException e) {
      // The format's own keys are there as well.
      return Optional.empty();
    }
    Vocabulary vocabulary = parts.vocabulary();
    return Optional.of(
        HuggingFaceTokenizers.tokenizer(
            parts,
            endTokens(vocabulary),
            beginToken(vocabulary, parts.begin().isPresent(), parts.begin())));
  }

  private Tokenizer byteLevel(SplitRules rule) {
    Vocabulary vocabulary = vocabulary(Vocabulary.Writing.BYTE_ALPHABET);
    boolean prefix = keys.flag(SPACE_PREFIX, false);
    TextRules rules = rule.textRules(prefix);
    int unknown = keys.id(UNKNOWN, vocabulary.size()).orElse(Vocabulary.NO_UNKNOWN);
    return new SubwordTokenizer(
        vocabulary,
        added(vocabulary, false),
        rules,
        new ByteLevelBpe(vocabulary, merges(vocabulary), rule.wholePieces(), unknown),
        endTokens(vocabulary),
        beginToken(vocabulary, rule.begins(), OptionalInt.empty()));
  }

  /** What is not said is as in llama.cpp, which such files are written for. */
  private Tokenizer sentencePiece(boolean unigram) {
    Vocabulary vocabulary = vocabulary(Vocabulary.Writing.SPACE_SIGNS);
    double[] scores = scores(vocabulary.size());
    int unknown = keys.id(UNKNOWN, vocabulary.size()).orElse(vocabulary.first(Vocabulary.UNKNOWN));
    UnknownCharacters unknowns = new UnknownCharacters(vocabulary.byteTokens(), unknown, true);
    SubwordModel model =
        unigram
            ? new Unigram(vocabulary, scores, unknowns)
            : new CharacterBpe(vocabulary, vocabulary.mergesByScore(scores), false, unknowns);
    boolean prefix = keys.flag(SPACE_PREFIX, true);
    List<TextStep> steps = new ArrayList<>();
    if (keys.flag(PREFIX + "remove_extra_whitespaces", false)) {
      steps.add(new TextStep.Strip(true, true));
      steps.add(new TextStep.ReplaceMatches(TextPattern.compile(" +"), " "));
    }
    if (prefix) {
      steps.add(new TextStep.Prepend(" "));
    }
    steps.add(new TextStep.Replace(" ", TextStep.SPACE_SIGN));
    return new SubwordTokenizer(
        vocabulary,
        added(vocabulary, true),
        new TextRules(steps, List.of(), List.of(), prefix),
        model,
        endTokens(vocabulary),
        beginToken(vocabulary, !unigram, OptionalInt.of(1)));
  }

  private Vocabulary vocabulary(Vocabulary.Writing writing) {
    String[] tokens = tokens();
    return new Vocabulary(keys.file(), TOKENS, tokens, kinds(tokens.length), writing);
  }

  /** Tokens of a user are looked for behind SentencePiece's normalization, as there. */
  private static List<AddedToken> added(Vocabulary vocabulary, boolean normalized) {
    List<AddedToken> added = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      boolean special = vocabulary.special(id);
      boolean user = vocabulary.kind(id) == Vocabulary.USER_DEFINED;
      if (special || (user && !normalized)) {
        added.add(AddedToken.plain(id, vocabulary.token(id), special));
      } else if (user) {
        added.add(AddedToken.normalized(id, vocabulary.token(id)));
      }
    }
    return added;
  }

  private double[] scores(int size) {
    List<?> list = keys.list(SCORES);
    if (list.size() != size) {
      throw keys.problem(SCORES, "has " + list.size() + " values for " + size + " tokens");
    }
    double[] scores = new double[size];
    for (int id = 0; id < size; id++) {
      if (!(list.get(id) instanceof Number number) || !Double.isFinite(number.doubleValue())) {
        throw keys.problem(SCORES, "value " + id + " is not a finite number");
      }
      scores[id] = number.doubleValue();
    }
    return scores;
  }

  private String[] tokens() {
    List<?> list = keys.list(TOKENS);
    if (list.isEmpty()) {
      throw keys.problem(TOKENS, "there are no tokens");
    }
    String[] tokens = new String[list.size()];
    for (int id = 0; id < tokens.length; id++) {
      tokens[id] = keys.string(TOKENS, list, id);
    }
    return tokens;
  }

  private byte[] kinds(int size) {
    List<?> list = keys.list(TOKEN_TYPE);
    if (list.size() != size) {
      throw keys.problem(TOKEN_TYPE, "has " + list.size() + " values for " + size + " tokens");
    }
    byte[] kinds = new byte[size];
    for (int id = 0; id < size; id++) {
      Object value = list.get(id);
      if (!(value instanceof Number number) || !GgufMetadata.whole(number)) {
        throw keys.problem(TOKEN_TYPE, "value " + id + " is not a whole number");
      }
      long kind = number.longValue();
      if (kind < Vocabulary.NORMAL || kind > Vocabulary.BYTE) {
        throw keys.problem(
            TOKEN_TYPE, "value " + id + " is " + kind + ", but token types are 1 to 6");
      }
      kinds[id] = (byte) kind;
    }
    return kinds;
  }

  private MergeTable merges(Vocabulary vocabulary) {
    List<?> list = keys.list(MERGES);
    Vocabulary.MergeReader reader = vocabulary.new MergeReader(MERGES, list.size());
    for (int i = 0; i < list.size(); i++) {
      reader.add(keys.string(MERGES, list, i));
    }
    return reader.table();
  }

  private Set<Integer> endTokens(Vocabulary vocabulary) {
    Set<Integer> ids = new HashSet<>(vocabulary.control(EndTokens.NAMES));
    for (String key : END_KEYS) {
      keys.id(key, vocabulary.size()).ifPresent(ids::add);
    }
    return ids;
  }

  /**
   * @param usual whether there is one where the file does not say
   * @param usualId its id where the file does not say
   */
  private OptionalInt beginToken(Vocabulary vocabulary, boolean usual, OptionalInt usualId) {
    OptionalInt id = keys.id(BEGIN, vocabulary.size());
    if (!keys.flag(ADD_BEGIN, usual)) {
      return OptionalInt.empty();
    }
    if (id.isEmpty() && keys.values().containsKey(ADD_BEGIN)) {
      throw keys.problem(BEGIN, "is missing, but add_bos_token asks for it");
    }
    boolean known = usualId.isPresent() && usualId.getAsInt() < vocabulary.size();
    return id.isPresent() || !known ? id : usualId;
  }
}
