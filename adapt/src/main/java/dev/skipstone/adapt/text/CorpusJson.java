package dev.skipstone.adapt.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The lines of a corpus file. */
final class CorpusJson {
  private static final int VERSION = 1;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private CorpusJson() {}

  static String line(CorpusHeader header) {
    ObjectNode node = JSON.createObjectNode();
    node.put("skipstone_corpus", VERSION);
    node.put("model", header.model());
    node.put("requests", header.requests());
    node.put("seed", header.seed());
    node.put("max_prompt_tokens", header.maxPromptTokens());
    node.put("max_answer_tokens", header.maxAnswerTokens());
    return node.toString();
  }

  static String line(CorpusItem item) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", item.id());
    node.put("kind", item.kind());
    node.put("greedy", item.greedy());
    if (item.kept()) {
      putTokens(node.putArray("prompt_tokens"), item.prompt());
      putTokens(node.putArray("answer_tokens"), item.answer());
    } else {
      node.put("dropped", item.verdict().label());
    }
    return node.toString();
  }

  private static void putTokens(ArrayNode array, int[] tokens) {
    for (int token : tokens) {
      array.add(token);
    }
  }

  /**
   * Reads a file.
   *
   * @param growing whether another process may just be writing it: a last line that is not whole is
   *     left out then
   * @throws IOException if it can't be read
   * @throws IllegalArgumentException naming the first line that is wrong
   */
  static void read(
      Path path, boolean growing, Consumer<CorpusHeader> header, Consumer<CorpusItem> items)
      throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(path)) {
      String first = reader.readLine();
      header.accept(new Line(path, 1, first == null ? "" : first).header());
      String text = reader.readLine();
      for (int id = 0; text != null; id++) {
        String next = reader.readLine();
        if (next != null || !growing || text.endsWith("}")) {
          items.accept(new Line(path, id + 2, text).item(id));
        }
        text = next;
      }
    }
  }

  /** One line, read with checks. */
  private static final class Line {
    private final Path path;
    private final int number;
    private final JsonNode node;

    Line(Path path, int number, String text) {
      this.path = path;
      this.number = number;
      try {
        node = JSON.readTree(text);
      } catch (JsonProcessingException e) {
        throw wrong("is not JSON");
      }
    }

    CorpusHeader header() {
      if (node.path("skipstone_corpus").asInt() != VERSION) {
        throw wrong("is not the header of a corpus of version " + VERSION);
      }
      return new CorpusHeader(
          text("model"),
          text("requests"),
          field("seed", JsonNode::isIntegralNumber).longValue(),
          count("max_prompt_tokens"),
          count("max_answer_tokens"));
    }

    CorpusItem item(int id) {
      if (count("id") != id) {
        throw wrong("has id " + count("id") + " where " + id + " is to come");
      }
      boolean greedy = field("greedy", JsonNode::isBoolean).booleanValue();
      if (node.has("dropped")) {
        Verdict verdict =
            Verdict.ofLabel(text("dropped"))
                .orElseThrow(() -> wrong("was dropped for no known reason"));
        return new CorpusItem(id, text("kind"), greedy, verdict, new int[0], new int[0]);
      }
      return new CorpusItem(
          id, text("kind"), greedy, Verdict.KEPT, tokens("prompt_tokens"), tokens("answer_tokens"));
    }

    private String text(String name) {
      return field(name, JsonNode::isTextual).textValue();
    }

    private int count(String name) {
      return field(name, value -> value.canConvertToInt() && value.intValue() >= 0).intValue();
    }

    private int[] tokens(String name) {
      JsonNode array = field(name, value -> value.isArray() && !value.isEmpty());
      int[] tokens = new int[array.size()];
      for (int i = 0; i < tokens.length; i++) {
        JsonNode token = array.get(i);
        if (!token.isIntegralNumber() || !token.canConvertToInt() || token.intValue() < 0) {
          throw wrong("has a \"%s\" that is not of token ids".formatted(name));
        }
        tokens[i] = token.intValue();
      }
      return tokens;
    }

    private JsonNode field(String name, Predicate<JsonNode> is) {
      JsonNode value = node.get(name);
      if (value == null || !is.test(value)) {
        throw wrong("has no \"%s\", or not the right sort of value".formatted(name));
      }
      return value;
    }

    private IllegalArgumentException wrong(String problem) {
      return new IllegalArgumentException("%s: line %d %s".formatted(path, number, problem));
    }
  }
}
