package dev.skipstone.model.tokenizer;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.tokenizer.pattern.TextPattern;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Tokenizers from the metadata of GGUF files. */
public final class GgufTokenizers {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String MODEL = PREFIX + "model";
  private static final String PRE = PREFIX + "pre";
  private static final String TOKENS = PREFIX + "tokens";
  private static final String TOKEN_TYPE = PREFIX + "token_type";
  private static final String MERGES = PREFIX + "merges";

  private static final String SCORES = PREFIX + "scores";
  private static final String UNKNOWN = PREFIX + "unknown_token_id";
  private static final String SPACE_PREFIX = PREFIX + "add_space_prefix";

  private final GgufMetadata keys;

  private GgufTokenizers(GgufMetadata keys) {
    this.keys = keys;
  }

  /**
   * Reads the tokenizer of a GGUF file: byte-level BPE ({@code tokenizer.ggml.model} {@code gpt2})
   * with the pre-tokenizers of {@link SplitRules}, SentencePiece's BPE ({@code llama}), or its
   * unigram model ({@code t5}).
   *
   * @param file the file, for errors; it is not read
   * @param metadata all of the file's metadata: String, Number, Boolean or List
   * @throws ModelFileException if a key is missing, wrong, or asks for what is not supported
   */
  public static Tokenizer read(Path file, Map<String, Object> metadata) {
    GgufTokenizers reader = new GgufTokenizers(new GgufMetadata(file, metadata));
    String model = reader.keys.string(MODEL);
    return switch (model) {
      case "gpt2" -> reader.byteLevel();
      case "llama" -> reader.sentencePiece(false);
      case "t5" -> reader.sentencePiece(true);
      default ->
          throw reader.keys.problem(
              MODEL,
              Quoted.text(model)
                  + " is not supported; supported: \"gpt2\" (byte-level BPE), \"llama\""
                  + " (SentencePiece BPE), \"t5\" (unigram)");
    };
  }

  private Tokenizer byteLevel() {
    String pre = keys.string(PRE);
    SplitRules rule = SplitRules.named(pre);
    if (rule == null) {
      throw keys.problem(
          PRE,
          Quoted.text(pre)
              + " is not supported; supported: "
              + String.join(", ", SplitRules.names()));
    }
    Vocabulary vocabulary = vocabulary(Vocabulary.Writing.BYTE_ALPHABET);
    boolean prefix = keys.flag(SPACE_PREFIX, false);
    TextRules rules =
        new TextRules(
            rule.composed() ? List.of(new TextStep.Form(Normalizer.Form.NFC)) : List.of(),
            prefix ? List.of(new TextStep.PrefixSpace()) : List.of(),
            rule.splits(),
            false);
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
    requireAbsent(PREFIX + "precompiled_charsmap");
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

  private void requireAbsent(String key) {
    if (keys.values().get(key) instanceof List<?> list && list.isEmpty()) {
      return;
    }
    if (keys.values().containsKey(key)) {
      throw keys.problem(key, "is not supported");
    }
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
    for (String name : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
      keys.id(PREFIX + name, vocabulary.size()).ifPresent(ids::add);
    }
    return ids;
  }

  /**
   * @param usual whether there is one where the file does not say
   * @param usualId its id where the file does not say
   */
  private OptionalInt beginToken(Vocabulary vocabulary, boolean usual, OptionalInt usualId) {
    String key = PREFIX + "bos_token_id";
    String flag = PREFIX + "add_bos_token";
    OptionalInt id = keys.id(key, vocabulary.size());
    if (!keys.flag(flag, usual)) {
      return OptionalInt.empty();
    }
    if (id.isEmpty() && keys.values().containsKey(flag)) {
      throw keys.problem(key, "is missing, but add_bos_token asks for it");
    }
    boolean known = usualId.isPresent() && usualId.getAsInt() < vocabulary.size();
    return id.isPresent() || !known ? id : usualId;
  }
}
