package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a tiny checkpoint gives against what Hugging Face transformers gave.
 *
 * @param expected tokens, logits of some rows, greedy tokens and their margins
 */
record FamilyCheck(JsonNode expected) {
  /**
   * A logit's error as a share of the largest: float32 sums in another order, and keys and values
   * of 16 bits.
   */
  static final double SHARE = 2e-3;

  static Engine load(Path model, int threads) {
    return Engine.load(model, EngineOptions.defaults().withThreads(threads));
  }

  int[] tokens() {
    return Golden.ints(expected.get("tokens"));
  }

  /** Logits of the rows that are expected. */
  float[][] logits(Engine engine) {
    return engine.logits(
        tokens(),
        LayerPath.full(engine.model().hyperParameters().layers()),
        Golden.ints(expected.get("logits_rows")));
  }

  void assertLogits(Engine engine) {
    float[][] logits = logits(engine);
    for (int i = 0; i < logits.length; i++) {
      assertRow(i, logits[i]);
    }
  }

  /** The last row that is expected. */
  void assertLastRow(float[] logits) {
    assertRow(expected.get("logits").size() - 1, logits);
  }

  private void assertRow(int index, float[] logits) {
    double[] row = Golden.doubles(expected.get("logits").get(index));
    assertThat(logits).hasSameSizeAs(row);
    assertThat(error(logits, row)).as("row %d of those expected", index).isLessThan(SHARE);
  }

  /** The largest error of the last row's logits as a share of the largest logit. */
  double lastError(Engine engine) {
    float[][] logits = logits(engine);
    int last = logits.length - 1;
    return error(logits[last], Golden.doubles(expected.get("logits").get(last)));
  }

  private static double error(float[] logits, double[] row) {
    return IntStream.range(0, row.length)
            .mapToDouble(i -> Math.abs(logits[i] - row[i]))
            .max()
            .orElseThrow()
        / largest(row);
  }

  private static double largest(double[] row) {
    return Arrays.stream(row).map(Math::abs).max().orElseThrow();
  }

  /** A token may be another one only where the best two logits are near to each other. */
  void assertGreedy(int[] answer) {
    int[] greedy = Golden.ints(expected.get("greedy"));
    double[] margins = Golden.doubles(expected.get("greedy_margins"));
    JsonNode rows = expected.get("logits");
    double tie = 2 * SHARE * largest(Golden.doubles(rows.get(rows.size() - 1)));
    for (int i = 0; i < greedy.length; i++) {
      if (i >= answer.length || answer[i] != greedy[i]) {
        assertThat(margins[i])
            .as("token %d: %s instead of %s", i, Arrays.toString(answer), Arrays.toString(greedy))
            .isLessThan(tie);
        return;
      }
    }
  }

  void assertGreedy(Engine engine) {
    assertGreedy(answer(engine, expected.get("greedy").size(), DraftMethod.none()));
  }

  /** Drafts at every step change nothing, nor does the number of threads. */
  void assertLossless(Path model) {
    try (Engine one = load(model, 1);
        Engine two = load(model, 2)) {
      assertLossless(
          one,
          two,
          60,
          DraftMethod.none(),
          skip(one),
          DraftMethod.ngram(8),
          DraftMethod.model(one, 3));
    }
  }

  /** Drafts of some of the model's own sublayers. */
  static DraftMethod skip(Engine engine) {
    int layers = engine.model().hyperParameters().layers();
    return DraftMethod.skip(LayerPath.skipping(layers, new int[] {1, 3}, new int[] {2}), 4);
  }

  /**
   * Drafts at every step change nothing.
   *
   * @param plain decodes without drafts
   * @param drafting decodes with them
   */
  void assertLossless(Engine plain, Engine drafting, int tokens, DraftMethod... methods) {
    int[] expected = answer(plain, tokens, DraftMethod.none());
    for (DraftMethod method : methods) {
      DraftMethod always = DraftMethod.uncontrolled(method);
      assertThat(answer(drafting, tokens, always)).as(method.name()).containsExactly(expected);
    }
  }

  private int[] answer(Engine engine, int tokens, DraftMethod method) {
    GenerationOptions options =
        GenerationOptions.defaults().withMaxTokens(tokens).withDraft(method);
    try (Session session = engine.openSession();
        Generation answer = session.generate(tokens(), options)) {
      return tokens(answer);
    }
  }

  /** All tokens of an answer. */
  static int[] tokens(Generation answer) {
    IntStream.Builder all = IntStream.builder();
    answer.forEachRemaining(step -> Arrays.stream(step.tokens()).forEach(all::add));
    return all.build().toArray();
  }
}
