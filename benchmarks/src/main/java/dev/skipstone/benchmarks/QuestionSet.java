package dev.skipstone.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Questions to measure decoding with: the project's own, or a file with a JSON object a line:
 * {@code {"question_id": 1, "category": "coding", "turns": ["…"]}}. Other fields are ignored, so
 * that Spec-Bench's file can be given as it is.
 *
 * @param questions at least one; ids are unique
 */
public record QuestionSet(List<Question> questions) {
  private static final String BUILT_IN = "questions.jsonl";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  public QuestionSet {
    questions = List.copyOf(questions);
    if (questions.isEmpty()) {
      throw new IllegalArgumentException("a question set has no questions");
    }
  }

  /** The project's own set: five questions in each of thirteen categories. */
  public static QuestionSet builtIn() {
    try (InputStream stream = QuestionSet.class.getResourceAsStream(BUILT_IN)) {
      if (stream == null) {
        throw new IllegalStateException(BUILT_IN + " is missing from the benchmarks' jar");
      }
      return read(
          BUILT_IN, new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file; blank lines are passed over.
   *
   * @throws IllegalArgumentException for a line that is not a question; one line that names the
   *     file, the line and the field
   * @throws IOException if the file can't be read
   */
  public static QuestionSet read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      // Reading one fails with a message that does not name it.
      throw new FileSystemException(file.toString(), null, "is a folder, not a file of questions");
    }
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return read(file.toString(), reader);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": not UTF-8 text", e);
    }
  }

  private static QuestionSet read(String source, BufferedReader reader) throws IOException {
    List<Question> questions = new ArrayList<>();
    Set<Integer> ids = new HashSet<>();
    String line;
    for (int number = 1; (line = reader.readLine()) != null; number++) {
      if (line.isBlank()) {
        continue;
      }
      try {
        Question question = parse(line);
        if (!ids.add(question.id())) {
          throw new IllegalArgumentException("question_id " + question.id() + " is there twice");
        }
        questions.add(question);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(source + ":" + number + ": " + e.getMessage(), e);
      }
    }
    if (questions.isEmpty()) {
      throw new IllegalArgumentException(source + ": there are no questions in it");
    }
    return new QuestionSet(questions);
  }

  private static Question parse(String line) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not a JSON object: " + oneLine(e.getOriginalMessage()), e);
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException("not a JSON object");
    }
    JsonNode id = node.path("question_id");
    if (!id.isIntegralNumber() || !id.canConvertToInt()) {
      throw new IllegalArgumentException("question_id is not an integer");
    }
    JsonNode category = node.path("category");
    if (!category.isTextual()) {
      throw new IllegalArgumentException("category is not a text");
    }
    JsonNode turns = node.path("turns");
    if (!turns.isArray()) {
      throw new IllegalArgumentException("turns is not an array of texts");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode turn : turns) {
      if (!turn.isTextual()) {
        throw new IllegalArgumentException("turns is not an array of texts");
      }
      texts.add(turn.textValue());
    }
    return new Question(id.intValue(), category.textValue(), texts);
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s+", " ");
  }

  /** The questions by category, categories in the order of their first question. */
  public Map<String, List<Question>> byCategory() {
    Map<String, List<Question>> groups = new LinkedHashMap<>();
    for (Question question : questions) {
      groups.computeIfAbsent(question.category(), name -> new ArrayList<>()).add(question);
    }
    return groups;
  }

  /**
   * The first questions of each category: a smaller set with the same balance.
   *
   * @param count most questions of a category; at least 1
   */
  public QuestionSet firstOfEach(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("questions of a category: " + count + ", not 1 or more");
    }
    return new QuestionSet(
        byCategory().values().stream().flatMap(group -> group.stream().limit(count)).toList());
  }
}
