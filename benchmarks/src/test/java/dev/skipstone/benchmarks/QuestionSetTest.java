package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuestionSetTest {
  private static final String GOOD =
      "{\"question_id\": 7, \"category\": \"qa\", \"turns\": [\"Why?\"], \"reference\": [1]}";

  @TempDir Path folder;

  @Test
  void ownSetHasFiveQuestionsInEachOfThirteenCategories() {
    QuestionSet set = QuestionSet.builtIn();
    assertThat(set.questions()).hasSize(65);
    assertThat(set.byCategory())
        .hasSize(13)
        .allSatisfy((name, group) -> {
          assertThat(group).hasSize(5);
        });
    assertThat(new HashSet<>(set.questions().stream().map(Question::text).toList())).hasSize(65);
  }

  @Test
  void smallerSetKeepsTheBalance() {
    QuestionSet set = QuestionSet.builtIn().firstOfEach(1);
    assertThat(set.questions()).hasSize(13);
    assertThat(set.byCategory().keySet())
        .containsExactlyElementsOf(QuestionSet.builtIn().byCategory().keySet());
    assertThatIllegalArgumentException().isThrownBy(() -> QuestionSet.builtIn().firstOfEach(0));
  }

  @Test
  void readsFileWithBlankLinesAndOtherFields() throws IOException {
    QuestionSet set = QuestionSet.read(file("\n" + GOOD + "\n\n"));
    assertThat(set.questions()).singleElement().extracting(Question::text).isEqualTo("Why?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"question_id\"                                            | not a JSON object",
        "[1]                                                         | not a JSON object",
        "{} {}                                                       | not a JSON object",
        "{\"question_id\":\"a\",\"category\":\"c\",\"turns\":[\"t\"]}  | question_id is not",
        "{\"question_id\":1.5,\"category\":\"c\",\"turns\":[\"t\"]}    | question_id is not",
        "{\"question_id\":99999999999,\"category\":\"c\",\"turns\":[]} | question_id is not",
        "{\"question_id\":1,\"turns\":[\"t\"]}                         | category is not",
        "{\"question_id\":1,\"category\":\"c\"}                        | turns is not",
        "{\"question_id\":1,\"category\":\"c\",\"turns\":[5]}          | turns is not",
        "{\"question_id\":1,\"category\":\"c\",\"turns\":[]}           | has no turn",
        "{\"question_id\":1,\"category\":\" \",\"turns\":[\"t\"]}      | has no category",
        "{\"question_id\":7,\"category\":\"c\",\"turns\":[\"t\"]}      | question_id 7 is there twice"
      })
  void brokenLineIsNamedInOneLine(String line, String problem) throws IOException {
    Path file = file(GOOD + "\n" + line + "\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QuestionSet.read(file))
        .withMessageStartingWith(file + ":2: ")
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void emptyAndBinaryFilesAreErrors() throws IOException {
    Path empty = file("\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QuestionSet.read(empty))
        .withMessageContaining("no questions");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {'{', (byte) 0xff, 0});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QuestionSet.read(binary))
        .withMessageContaining("not UTF-8");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("questions.jsonl"), text);
  }
}
