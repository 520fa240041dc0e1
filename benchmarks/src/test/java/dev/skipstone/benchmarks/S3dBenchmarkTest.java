package dev.skipstone.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.runtime.SpeculationStats;
import dev.skipstone.runtime.draft.DraftMethod;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class S3dBenchmarkTest {
  private static final QuestionSet QUESTIONS =
      new QuestionSet(List.of(new Question(1, "qa", List.of("one"))));

  @AfterEach
  void clearInterruption() {
    Thread.interrupted();
  }

  @Test
  void putsWhatWasMeasuredBesideWhatIsPredicted() {
    List<BenchResult> results = benchmark().run(S3dBenchmarkTest::answer, Progress.silent());

    assertThat(figure(results, "s3d/model", "acceptance")).isCloseTo(0.5, within(1e-4));
    assertThat(figure(results, "s3d/model", "skipped")).isEqualTo(0.75);
    assertThat(figure(results, "s3d/model", "exponent"))
        .isCloseTo(Math.log(0.5) / Math.log(0.75), within(1e-3));
    String two = "s3d/draft=2";
    assertThat(figure(results, two, "tokens_per_iteration")).isCloseTo(1.75, within(1e-9));
    assertThat(figure(results, two, "predicted_tokens_per_iteration"))
        .isCloseTo(1.75, within(1e-3));
    // An iteration takes 0.2 s, a plain token 0.1 s.
    assertThat(figure(results, two, "iteration_cost")).isCloseTo(2, within(1e-9));
    assertThat(figure(results, two, "predicted_iteration_cost")).isEqualTo(1.25);
    assertThat(figure(results, two, "speedup")).isCloseTo(1.75 / 2, within(1e-9));
    assertThat(figure(results, two, "predicted_speedup")).isCloseTo(1.75 / 1.25, within(1e-3));
    // A draft pass of two rows through a quarter of the sublayers, and a pass of three.
    assertThat(figure(results, two, "estimated_gpu_speedup"))
        .isCloseTo(1.75 / (0.25 * 1.025 + 1.05), within(1e-9));
    assertThat(results)
        .filteredOn(result -> result.metric().equals("speedup"))
        .extracting(BenchResult::name)
        .containsExactly("s3d/draft=1", "s3d/draft=2", "s3d/draft=3");
  }

  @Test
  void anInterruptedOneHasNoFigures() {
    Answerer interrupting =
        (question, draft) -> {
          Thread.currentThread().interrupt();
          return answer(question, draft);
        };

    assertThat(benchmark().run(interrupting, Progress.silent())).isEmpty();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  private static S3dBenchmark benchmark() {
    return new S3dBenchmark(
        QUESTIONS, drafted -> DraftMethod.uncontrolled(DraftMethod.ngram(drafted)), 3, 0.75, 2);
  }

  /** Tokens an iteration as half of all drafted tokens are confirmed, whatever came before them. */
  private static Answer answer(Question question, DraftMethod draft) {
    int iterations = 800;
    int tokens = (int) (iterations * (2 - Math.pow(0.5, draft.draftTokens())));
    double seconds = draft.draftTokens() == 0 ? 0.1 * tokens : 0.2 * iterations;
    return new Answer(
        new int[] {1, 2},
        new SpeculationStats(1, 8, 0.1, tokens + 1, seconds, iterations, 0, 0, 0, 0, 0));
  }

  private static double figure(List<BenchResult> results, String name, String metric) {
    return results.stream()
        .filter(result -> result.name().equals(name) && result.metric().equals(metric))
        .findFirst()
        .orElseThrow()
        .median();
  }
}
