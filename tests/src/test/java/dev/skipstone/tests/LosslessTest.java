package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.benchmarks.Question;
import dev.skipstone.benchmarks.QuestionSet;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Drafting on the default model gives plain decoding's tokens and logits, bit for bit. */
final class LosslessTest {
  /** Of the categories writing, math, coding, translation and qa. */
  private static final Set<Integer> FEW = Set.of(3, 17, 25, 42, 51);

  @Test
  void forAFewQuestions() {
    List<Question> few =
        QuestionSet.builtIn().questions().stream()
            .filter(question -> FEW.contains(question.id()))
            .toList();
    assertThat(few).hasSameSizeAs(FEW);

    try (Engine one = DefaultModel.load(1);
        Engine two = DefaultModel.load(2)) {
      check(new LosslessCheck(List.of(one), List.of(one), 24), few);
      // Fewer with two threads: the test command has to stay short.
      check(new LosslessCheck(List.of(one, two), List.of(two), 16), few.subList(0, 2));
    }
  }

  /**
   * All of the project's questions, or the first turns of another file, such as Spec-Bench's:
   * {@code -Dskipstone.questions=FILE}; {@code -Dskipstone.count=N} asks the first N of each
   * category.
   */
  @Test
  @Tag("long")
  void forAllQuestions() throws IOException {
    String file = System.getProperty("skipstone.questions");
    QuestionSet set =
        file == null ? QuestionSet.builtIn() : QuestionSet.read(Path.of(file).toAbsolutePath());
    Integer count = Integer.getInteger("skipstone.count");

    try (Engine one = DefaultModel.load(1);
        Engine two = DefaultModel.load(2)) {
      List<Engine> both = List.of(one, two);
      check(
          new LosslessCheck(both, both, 96),
          (count == null ? set : set.firstOfEach(count)).questions());
    }
  }

  private static void check(LosslessCheck check, List<Question> questions) {
    questions.forEach(check::check);
    assertThat(check.acceptedTokens()).isGreaterThan(questions.size());
    System.out.printf(
        "%d questions: %d rows of logits compared, %d drafted tokens accepted%n",
        questions.size(), check.comparedRows(), check.acceptedTokens());
  }
}
