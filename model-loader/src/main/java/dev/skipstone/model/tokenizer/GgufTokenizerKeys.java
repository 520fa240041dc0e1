package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code tokenizer.json} as the metadata of a GGUF file. Where GGUF's keys don't say all of it,
 * the whole text stands there too, in {@value GgufTokenizers#HUGGING_FACE}, and {@link
 * GgufTokenizers} goes by that.
 */
public final class GgufTokenizerKeys {
  /** Of a token that no merge makes. */
  private static final float NEVER_MERGED = -1e9f;

  private final Path file;
  private final ObjectNode root;
  private final TokenizerConfig config;
  private final Set<Integer> endTokens;
  private final HuggingFaceTokenizers.Parts parts;
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private boolean exact;
  private String note;

  private GgufTokenizerKeys(Path file, Path config, int rows, Set<Integer> endTokens) {
    this.file = file;
    this.root = JsonFile.read(file);
    this.config = TokenizerConfig.read(config);
    this.endTokens = endTokens;
    parts = new HuggingFaceTokenizers(file, root, this.config, rows, endTokens).parts();
    write();
  }

  /**
   * Reads a tokenizer.
   *
   * @param file the model's {@code tokenizer.json}
   * @param config the {@code tokenizer_config.json} beside it; it need not exist
   * @param rows rows of the model's embedding
   * @param endTokens as in {@link HuggingFaceTokenizers#open}
   * @throws ModelFileException as there
   */
  public static GgufTokenizerKeys read(Path file, Path config, int rows, Set<Integer> endTokens) {
    return new GgufTokenizerKeys(file, config, rows, endTokens);
  }

  /** Keys and values: String, Boolean, Integer, or List of String, Integer or Float. */
  public Map<String, Object> keys() {
    return keys;
  }

  /** What programs that know GGUF's own keys only will do otherwise; empty for nothing. */
  public Optional<String> note() {
    return Optional.ofNullable(note);
  }

  private void write() {
    if (parts.writing() == Vocabulary.Writing.BYTE_ALPHABET) {
      writeByteLevel();
    } else {
      writeSentencePiece();
    }
    writeEnds();
    if (!exact) {
      keys.put(GgufTokenizers.HUGGING_FACE, text());
    }
  }

  private void writeByteLevel() {
    boolean wholePieces = root.path("model").path("ignore_merges").asBoolean();
    Optional<String> rule = SplitRules.nameOf(parts.rules(), wholePieces);
    keys.put(GgufTokenizers.MODEL, "gpt2");
    keys.put(GgufTokenizers.PRE, rule.orElse("default"));
    keys.put(GgufTokenizers.TOKENS, tokens());
    keys.put(GgufTokenizers.TOKEN_TYPE, kinds());
    List<String> merges = new ArrayList<>();
    root.path("model").path("merges").forEach(merge -> merges.add(String.join(" ", pair(merge))));
    keys.put(GgufTokenizers.MERGES, merges);
    keys.put(GgufTokenizers.SPACE_PREFIX, !parts.rules().openings().isEmpty());
    exact = rule.isPresent() && parts.added().stream().allMatch(this::plain);
    if (rule.isEmpty()) {
      note =
          "GGUF has no name for how its tokenizer cuts text, so that other programs may get other"
              + " tokens";
    }
  }

  /** Whether a token is found as GGUF's readers find it. */
  private boolean plain(AddedToken token) {
    boolean normalized = token.normalized() && parts.rules().changesText();
    return !normalized && !token.takesLeft() && !token.takesRight() && !token.singleWord();
  }

  private void writeSentencePiece() {
    boolean unigram = parts.model() instanceof Unigram;
    keys.put(GgufTokenizers.MODEL, unigram ? "t5" : "llama");
    keys.put(GgufTokenizers.PRE, "default");
    keys.put(GgufTokenizers.TOKENS, tokens());
    keys.put(GgufTokenizers.SCORES, unigram ? unigramScores() : mergeScores());
    keys.put(GgufTokenizers.TOKEN_TYPE, kinds());
    keys.put(GgufTokenizers.SPACE_PREFIX, prefixesSpace());
  }

  private boolean prefixesSpace() {
    return parts.rules().normalizers().stream().anyMatch(TextStep.Prepend.class::isInstance)
        || parts.rules().openings().stream()
            .anyMatch(step ->
                step instanceof TextStep.Metaspace sign
                    && sign.where() != TextStep.Metaspace.Where.NEVER);
  }

  private List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    for (int id = 0; id < parts.vocabulary().size(); id++) {
      tokens.add(parts.vocabulary().token(id));
    }
    return tokens;
  }

  private List<Integer> kinds() {
    List<Integer> kinds = new ArrayList<>();
    for (int id = 0; id < parts.vocabulary().size(); id++) {
      kinds.add((int) parts.vocabulary().kind(id));
    }
    unknown()
        .ifPresent(id -> {
          keys.put(GgufTokenizers.UNKNOWN, id);
          if (parts.writing() != Vocabulary.Writing.BYTE_ALPHABET) {
            kinds.set(id, (int) Vocabulary.UNKNOWN);
          }
        });
    return kinds;
  }

  private Optional<Integer> unknown() {
    JsonNode model = root.path("model");
    if (model.path("unk_id").isInt()) {
      return Optional.of(model.path("unk_id").intValue());
    }
    return model.path("unk_token").isTextual()
        ? Optional.of(parts.vocabulary().index().find(model.path("unk_token").textValue()))
        : Optional.empty();
  }

  private List<Float> unigramScores() {
    List<Float> scores = new ArrayList<>();
    for (int id = 0; id < parts.vocabulary().size(); id++) {
      scores.add(id < parts.scores().length ? (float) parts.scores()[id] : 0);
    }
    return scores;
  }

  /** As SentencePiece has them, whose merges are those that make a token of a high score. */
  private List<Float> mergeScores() {
    Float[] scores = new Float[parts.vocabulary().size()];
    int rank = 0;
    for (JsonNode merge : root.path("model").path("merges")) {
      int made = parts.vocabulary().index().find(String.join("", pair(merge)));
      if (scores[made] == null) {
        scores[made] = (float) -rank;
      }
      rank++;
    }
    for (int id = 0; id < scores.length; id++) {
      scores[id] = scores[id] == null ? NEVER_MERGED : scores[id];
    }
    return List.of(scores);
  }

  private static List<String> pair(JsonNode merge) {
    return merge.isTextual()
        ? List.of(merge.textValue().split(" ", 2))
        : List.of(merge.path(0).textValue(), merge.path(1).textValue());
  }

  private void writeEnds() {
    Vocabulary vocabulary = parts.vocabulary();
    Optional<Integer> begin =
        parts.begin().isPresent()
            ? Optional.of(parts.begin().getAsInt())
            : config.beginToken().map(vocabulary.index()::find).filter(id -> id >= 0);
    begin.ifPresent(id -> keys.put(GgufTokenizers.BEGIN, id));
    keys.put(GgufTokenizers.ADD_BEGIN, parts.begin().isPresent());
    keys.put(GgufTokenizers.ADD_END, false);
    List<Integer> ends = new ArrayList<>(endTokens.stream().sorted().toList());
    ends.removeAll(vocabulary.control(EndTokens.NAMES));
    Optional<Integer> end =
        config
            .endToken()
            .map(vocabulary.index()::find)
            .or(() -> endTokens.stream().sorted().findFirst());
    end.ifPresent(id -> {
      keys.put(GgufTokenizers.END_KEYS.getFirst(), id);
      ends.removeIf(id::equals);
    });
    // The format has no list; no model has more than two that are not called as usual.
    for (int i = 0; i < Math.min(ends.size(), GgufTokenizers.END_KEYS.size() - 1); i++) {
      keys.put(GgufTokenizers.END_KEYS.get(i + 1), ends.get(i));
    }
  }

  private String text() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ModelFileException(
          file, "file", ModelFileException.NO_OFFSET, "can't be read (" + e + ")", e);
    }
  }
}
