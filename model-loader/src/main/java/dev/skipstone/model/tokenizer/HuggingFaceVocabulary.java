package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.model.ModelFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads the tokens of a {@code tokenizer.json}: {@code model.vocab} and {@code added_tokens}. */
final class HuggingFaceVocabulary {
  static final String FIELD = "model.vocab";
  private static final String ADDED = "added_tokens";

  /**
   * Ids without a token are unused ones without text; so many more ids than tokens there may be.
   */
  private static final int MOST_GAPS = 4096;

  private final JsonFields fields;
  private final List<AddedToken> added = new ArrayList<>();
  private final String[] tokens;
  private final byte[] kinds;
  private final boolean byteTokens;
  private double[] scores = {};
  private int size;

  private HuggingFaceVocabulary(JsonFields fields, int most, boolean byteTokens) {
    this.fields = fields;
    this.byteTokens = byteTokens;
    tokens = new String[most];
    kinds = new byte[most];
    Arrays.fill(kinds, Vocabulary.UNUSED);
  }

  /**
   * @param rows the least number of tokens, and the most if it is not 0
   * @param byteTokens whether tokens such as {@code <0x41>} stand for bytes
   */
  static HuggingFaceVocabulary read(
      JsonFields fields, JsonNode root, int rows, boolean byteTokens) {
    JsonNode vocab = root.path("model").path("vocab");
    if (!vocab.isContainerNode() || vocab.isEmpty()) {
      throw fields.problem(FIELD, "is missing, empty or neither an object nor a list");
    }
    JsonNode extra = fields.array(ADDED, root.path(ADDED));
    int most = rows > 0 ? rows : 2 * (vocab.size() + extra.size()) + MOST_GAPS;
    HuggingFaceVocabulary reader = new HuggingFaceVocabulary(fields, most, byteTokens);
    if (vocab.isObject()) {
      reader.readMap(vocab);
    } else {
      reader.readList(vocab);
    }
    extra.forEach(reader::readAdded);
    reader.fill(rows);
    return reader;
  }

  Vocabulary vocabulary(Vocabulary.Writing writing) {
    return new Vocabulary(
        fields.file(), FIELD, Arrays.copyOf(tokens, size), Arrays.copyOf(kinds, size), writing);
  }

  List<AddedToken> added() {
    return added;
  }

  /** A score for each token of a vocabulary that is a list, 0 for added ones. */
  double[] scores() {
    return Arrays.copyOf(scores, size);
  }

  private void readMap(JsonNode vocab) {
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      int id = id(FIELD, entry.getKey(), entry.getValue());
      if (tokens[id] != null) {
        throw fields.problem(FIELD, "two tokens have the id " + id);
      }
      put(id, entry.getKey());
    }
  }

  private void readList(JsonNode vocab) {
    if (vocab.size() > tokens.length) {
      throw tooMany(vocab.size());
    }
    scores = new double[vocab.size()];
    for (int id = 0; id < vocab.size(); id++) {
      JsonNode token = vocab.get(id);
      double score = token.path(1).doubleValue();
      if (!token.path(0).isTextual() || !token.path(1).isNumber() || !Double.isFinite(score)) {
        throw fields.problem(FIELD, "token " + id + " is not a text and a score");
      }
      put(id, token.get(0).textValue());
      scores[id] = score;
    }
  }

  private void readAdded(JsonNode token) {
    String content = fields.text(ADDED + ".content", token.path("content"));
    int id = id(ADDED, content, token.path("id"));
    if (tokens[id] == null) {
      put(id, content);
    } else if (!tokens[id].equals(content)) {
      throw fields.problem(
          ADDED, Quoted.text(content) + " has the id " + id + " of " + Quoted.text(tokens[id]));
    }
    boolean special = flag(token, "special");
    kinds[id] = special ? Vocabulary.CONTROL : Vocabulary.USER_DEFINED;
    added.add(
        new AddedToken(
            id,
            content,
            special,
            flag(token, "lstrip"),
            flag(token, "rstrip"),
            flag(token, "single_word"),
            fields.flag(ADDED + ".normalized", token.path("normalized"), !special)));
  }

  private boolean flag(JsonNode token, String name) {
    return fields.flag(ADDED + "." + name, token.path(name), false);
  }

  private void put(int id, String token) {
    tokens[id] = token;
    kinds[id] =
        byteTokens && token.matches("<0x[0-9A-F]{2}>") ? Vocabulary.BYTE : Vocabulary.NORMAL;
    size = Math.max(size, id + 1);
  }

  private void fill(int rows) {
    size = Math.max(size, rows);
    for (int id = 0; id < size; id++) {
      if (tokens[id] == null) {
        tokens[id] = "";
      }
    }
  }

  private int id(String field, String token, JsonNode id) {
    if (!id.isInt() || id.intValue() < 0) {
      throw fields.problem(
          field,
          Quoted.text(token)
              + " has the id "
              + (id.isMissingNode() ? "-" : Quoted.text(id.toString()))
              + ", which is not a token's number");
    }
    if (id.intValue() >= tokens.length) {
      throw tooMany(id.intValue() + 1L);
    }
    return id.intValue();
  }

  private ModelFileException tooMany(long ids) {
    return fields.problem(
        FIELD, "has ids up to " + (ids - 1) + ", but there are only to be " + tokens.length);
  }
}
