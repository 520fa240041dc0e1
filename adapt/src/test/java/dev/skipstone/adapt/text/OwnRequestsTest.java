package dev.skipstone.adapt.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.adapt.text.EarlierText.Piece;
import dev.skipstone.adapt.text.RequestKind.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The templates that the project brings. */
class OwnRequestsTest {
  private static final int GRAM = 8;
  private static final Grammar GRAMMAR = Grammar.own();

  /** Words that no question has, so that only templates can match. */
  private static final String STAND_IN =
      "Zorp glimmed the vark before noon came. Every florn wubbed under seven grey quells. "
          + "Tarvish minks plodded over wet drem slowly. Nobody hesked the brall after dusk. "
          + "Plim and Drosk vented eleven wugs near Hask. The yellow snib krelled at Vorn lately. "
          + "Most trindles famble when the hod sparks twice. Old Wex jinned a broad smerk today.";

  private static final EarlierText EARLIER = new EarlierText();

  @BeforeAll
  static void writeEarlierText() {
    for (RequestKind kind : GRAMMAR.kinds()) {
      for (int i = 0; i < 12; i++) {
        EARLIER.add(new Piece(kind, "Which florn wubbed " + i + "?", STAND_IN, true));
      }
      if (kind.is(Tag.CODE)) {
        String code = "```python\nwug = hask(11)\nfor drem in wug:\n    print(drem, wug)\n```";
        EARLIER.add(new Piece(kind, "Which code?", code, true));
      }
    }
  }

  @Test
  void thereAreManyKinds() {
    assertThat(GRAMMAR.kinds()).hasSizeGreaterThanOrEqualTo(20);
    assertThat(GRAMMAR.kinds()).allSatisfy(kind -> assertThat(kind.weight()).isPositive());
    for (Tag tag : Tag.values()) {
      assertThat(GRAMMAR.kinds()).as("kinds with tag %s", tag).anyMatch(kind -> kind.is(tag));
    }
  }

  @Test
  void everyTemplateCanBeExpanded() {
    for (RequestKind kind : GRAMMAR.kinds()) {
      for (String template : kind.templates()) {
        Set<String> texts = expand(template, 30);
        assertThat(texts).as("%s: %s", kind.name(), template).isNotEmpty();
        assertThat(texts)
            .as("%s: %s", kind.name(), template)
            .noneMatch(text -> text.matches("(?s).*[<>{}|].*") && !text.contains("```"));
      }
    }
  }

  @Test
  void noTemplateHasAPieceOfAnEvaluationQuestion() throws IOException {
    Path specBench = Path.of("../../shared/spec-bench/question.jsonl");
    assumeThat(specBench).exists();
    shareNothing(specBench);
  }

  @Test
  void noTemplateHasAPieceOfTheBenchmarksQuestions() throws IOException {
    Path folder = Path.of("../benchmarks/src/main/resources/dev/skipstone/benchmarks");
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).toList()) {
        shareNothing(file);
      }
    }
  }

  private static void shareNothing(Path questions) throws IOException {
    Set<String> known = new HashSet<>();
    for (String line : Files.readAllLines(questions)) {
      for (JsonNode turn : new ObjectMapper().readTree(line).get("turns")) {
        known.addAll(grams(turn.textValue()));
      }
    }
    assertThat(known).hasSizeGreaterThan(500);
    for (RequestKind kind : GRAMMAR.kinds()) {
      for (String template : kind.templates()) {
        for (String text : expand(template, 200)) {
          assertThat(grams(text)).as("%s: %s", kind.name(), text).noneMatch(known::contains);
        }
      }
    }
  }

  private static Set<String> expand(String template, int times) {
    Set<String> texts = new LinkedHashSet<>();
    for (int seed = 0; seed < times; seed++) {
      Optional<String> text =
          new Expansion(GRAMMAR, EARLIER, new SplittableRandom(seed)).expand(template);
      text.ifPresent(texts::add);
    }
    return texts;
  }

  private static Set<String> grams(String text) {
    String[] words = text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+");
    Set<String> grams = new HashSet<>();
    for (int i = 0; i + GRAM <= words.length; i++) {
      grams.add(String.join(" ", Arrays.copyOfRange(words, i, i + GRAM)));
    }
    return grams;
  }
}
