package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.runtime.SpeculationStats;
import dev.skipstone.runtime.draft.DraftContext;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.draft.Drafter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DecodeBenchmarkTest {
  private static final QuestionSet QUESTIONS =
      new QuestionSet(
          List.of(
              new Question(1, "qa", List.of("one")),
              new Question(2, "math", List.of("two")),
              new Question(3, "qa", List.of("three"))));

  private final List<String> asked = new ArrayList<>();

  @AfterEach
  void clearInterruption() {
    Thread.interrupted();
  }

  @Test
  void figuresAreTotalsOverTotals() {
    var results = benchmark(2).run(this::answer, Progress.silent());

    assertThat(results)
        .extracting(result -> result.name() + " " + result.metric())
        .containsExactly(
            "decode/none/qa tokens_per_second",
            "decode/none/qa tokens_per_iteration",
            "decode/none/math tokens_per_second",
            "decode/none/math tokens_per_iteration",
            "decode/none/all tokens_per_second",
            "decode/none/all tokens_per_iteration",
            "decode/skip/qa tokens_per_second",
            "decode/skip/qa tokens_per_iteration",
            "decode/skip/qa speedup",
            "decode/skip/math tokens_per_second",
            "decode/skip/math tokens_per_iteration",
            "decode/skip/math speedup",
            "decode/skip/all tokens_per_second",
            "decode/skip/all tokens_per_iteration",
            "decode/skip/all speedup");
    // Answers have 11, 21 and 31 tokens. Plain: 0.1 s a token, one a pass. Skip: 0.05 s, two a
    // pass; but for question 3 0.2 s and one a pass.
    assertThat(figure(results, "decode/none/all", "tokens_per_second")).isCloseTo(10, within(1e-9));
    assertThat(figure(results, "decode/skip/qa", "tokens_per_second"))
        .isCloseTo(40 / 6.5, within(1e-9));
    assertThat(figure(results, "decode/skip/qa", "tokens_per_iteration"))
        .isCloseTo(40 / 35.0, within(1e-9));
    assertThat(figure(results, "decode/skip/math", "speedup")).isCloseTo(2, within(1e-9));
    assertThat(figure(results, "decode/skip/all", "speedup")).isCloseTo(6 / 7.5, within(1e-9));
    assertThat(results).allSatisfy(result -> assertThat(result.runs()).hasSize(2));
  }

  @Test
  void draftsTakeTurnsAndBeginInTurn() {
    List<String> labels = new ArrayList<>();
    var benchmark = benchmark(1);
    benchmark.run(
        this::answer, (done, total, label) -> labels.add(done + "/" + total + " " + label));
    assertThat(asked)
        .containsExactly(
            "none 1", "skip 1", "none 1", "skip 1", "skip 2", "none 2", "none 3", "skip 3");
    assertThat(benchmark.answers()).isEqualTo(8);
    assertThat(labels).hasSize(8).startsWith("1/8 none, warm-up").endsWith("8/8 skip, qa 3");
  }

  @Test
  void tokensThatDifferAreAnErrorThatNamesTheQuestion() {
    Answerer wrong =
        (question, draft) -> {
          Answer answer = answer(question, draft);
          if (question.id() == 2 && draft.name().equals("skip")) {
            answer.tokens()[4] = 99;
          }
          return answer;
        };
    assertThatExceptionOfType(DifferentOutputException.class)
        .isThrownBy(() -> benchmark(1).run(wrong, Progress.silent()))
        .withMessage("question 2 (math), draft skip: token 4 is 99 where plain decoding gives 4")
        .satisfies(e -> assertThat(e.questionId()).isEqualTo(2));
  }

  @Test
  void answerThatEndsEarlyIsAnErrorToo() {
    Answerer shorter =
        (question, draft) ->
            draft.name().equals("skip")
                ? new Answer(new int[] {0, 1}, stats(2, 1, 1))
                : answer(question, draft);
    assertThatExceptionOfType(DifferentOutputException.class)
        .isThrownBy(() -> benchmark(1).run(shorter, Progress.silent()))
        .withMessageContaining("token 2 is none (the answer has ended)");
  }

  @Test
  void interruptionInTheFirstRunKeepsCompleteQuestions() {
    var results = benchmark(2).run(interruptedAfter(7), Progress.silent());
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(asked).hasSize(7);
    // Question 3 was answered by one method only, so its category counts question 1 alone.
    assertThat(figure(results, "decode/skip/qa", "speedup")).isCloseTo(2, within(1e-9));
    assertThat(figure(results, "decode/skip/all", "speedup")).isCloseTo(2, within(1e-9));
  }

  @Test
  void interruptionLaterKeepsCompleteRuns() {
    var results = benchmark(3).run(interruptedAfter(12), Progress.silent());
    assertThat(results).hasSize(15).allSatisfy(result -> assertThat(result.runs()).hasSize(1));
  }

  @Test
  void interruptionBeforeAnyAnswerGivesNothing() {
    assertThat(benchmark(1).run(interruptedAfter(1), Progress.silent())).isEmpty();
    Thread.interrupted();
    asked.clear();
    assertThat(benchmark(1).run(interruptedAfter(2), Progress.silent())).isEmpty();
  }

  @Test
  void answersOfOneTokenHaveNoFigures() {
    Answerer oneToken = (question, draft) -> new Answer(new int[] {2}, stats(1, 0, 0));
    assertThat(benchmark(1).run(oneToken, Progress.silent())).isEmpty();
  }

  @Test
  void plainDecodingHasToBeThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecodeBenchmark(QUESTIONS, Map.of("skip", named("skip")), 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecodeBenchmark(QUESTIONS, Map.of("none", named("none")), 0));
  }

  private static double figure(List<BenchResult> results, String name, String metric) {
    return results.stream()
        .filter(result -> result.name().equals(name) && result.metric().equals(metric))
        .findFirst()
        .orElseThrow()
        .median();
  }

  private static DecodeBenchmark benchmark(int runs) {
    Map<String, DraftMethod> drafts = new LinkedHashMap<>();
    drafts.put("none", named("none"));
    drafts.put("skip", named("skip"));
    return new DecodeBenchmark(QUESTIONS, drafts, runs);
  }

  private static DraftMethod named(String name) {
    return new NamedMethod(name);
  }

  /** Never opened: the answers here are made up. */
  private record NamedMethod(String name) implements DraftMethod {
    @Override
    public int draftTokens() {
      return 0;
    }

    @Override
    public Drafter open(DraftContext context) {
      throw new UnsupportedOperationException();
    }
  }

  private Answerer interruptedAfter(int answers) {
    return (question, draft) -> {
      Answer answer = answer(question, draft);
      if (asked.size() == answers) {
        Thread.currentThread().interrupt();
      }
      return answer;
    };
  }

  private Answer answer(Question question, DraftMethod draft) {
    asked.add(draft.name() + " " + question.id());
    int count = 10 * question.id();
    int[] tokens = new int[count + 1];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = i;
    }
    SpeculationStats stats;
    if (draft.name().equals("none")) {
      stats = stats(count + 1, count * 0.1, count);
    } else if (question.id() == 3) {
      stats = stats(count + 1, count * 0.2, count);
    } else {
      stats = stats(count + 1, count * 0.05, count / 2);
    }
    return new Answer(tokens, stats);
  }

  private static SpeculationStats stats(int generated, double seconds, int iterations) {
    return new SpeculationStats(1, 8, 0.1, generated, seconds, iterations, 0, 0, 0, 0, 0);
  }
}
