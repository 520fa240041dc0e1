package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.sampling.Sampler;
import dev.skipstone.runtime.sampling.Sampling;
import dev.skipstone.runtime.testing.FixedLogits;
import dev.skipstone.runtime.testing.GoodnessOfFit;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Promise 1, with sampling: what comes out of whole generations has the target's distribution, here
 * that of the first three tokens, worked out from the engine's logits over the full path. Seeds are
 * fixed: a p-value is the same at every run on the same kind of machine.
 */
class SampledOutputTest {
  private static final int VOCABULARY = 8;
  private static final int ROUNDS = 1500;
  private static final double ACCEPTABLE = 1e-3;

  /** Pairs of tokens come up again, so that n-grams are found. */
  private static final int[] PROMPT = {
    3, 4, 5, 3, 5, 6, 3, 6, 7, 3, 7, 4, 3, 3, 5, 3, 0, 4, 3, 1, 4, 3
  };

  private static final Sampling PLAIN = Sampling.at(1.3f, 0);
  private static final Sampling FILTERED = new Sampling(1.5f, 6, 0.97f, 0.02f, 0);

  @TempDir static Path folder;
  private static Engine engine;

  @BeforeAll
  static void load() {
    MicroModel micro =
        MicroModel.defaults()
            .withVocabulary(VOCABULARY)
            .withLayers(2)
            .withSizes(32, 32)
            .withHeads(2, 1, 16)
            .withContext(32);
    engine =
        Engine.load(
            micro.write(folder.resolve("micro.gguf")), EngineOptions.defaults().withThreads(1));
  }

  @AfterAll
  static void unload() {
    engine.close();
  }

  static Stream<Arguments> methods() {
    LayerPath path = LayerPath.skipping(2, new int[] {1}, new int[] {1});
    return Stream.of(PLAIN, FILTERED)
        .flatMap(rule ->
            Stream.of(DraftMethod.none(), DraftMethod.skip(path, 2), DraftMethod.ngram(2))
                .map(method -> Arguments.of(method, rule)));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void continuationsHaveTheTargetsDistribution(DraftMethod method, Sampling rule) {
    double[] exact = exact(rule);
    long[] counts = new long[exact.length];
    int drafted = 0;
    int accepted = 0;
    try (Session session = engine.openSession()) {
      for (int i = 0; i < ROUNDS; i++) {
        Sampling seeded =
            new Sampling(rule.temperature(), rule.topK(), rule.topP(), rule.minP(), i);
        GenerationOptions options = options(method, seeded).withMaxTokens(4);
        Generation generation = session.generate(PROMPT, options);
        generation.complete();
        counts[cell(generation.tokens())]++;
        drafted += generation.stats().drafted();
        accepted += generation.stats().accepted();
      }
    }
    assertThat(GoodnessOfFit.pValue(exact, counts)).isGreaterThan(ACCEPTABLE);
    if (method.draftTokens() > 0) {
      // Else nothing was tried.
      assertThat(accepted).isBetween(ROUNDS / 100, drafted - ROUNDS / 100);
    }
  }

  /** Small differences show: the same counts against a slightly warmer temperature. */
  @Test
  void anotherTemperatureIsDetected() {
    double[] warmer = exact(Sampling.at(1.6f, 0));
    long[] counts = new long[warmer.length];
    try (Session session = engine.openSession()) {
      for (int i = 0; i < ROUNDS; i++) {
        Generation generation =
            session.generate(
                PROMPT, options(DraftMethod.none(), Sampling.at(1.3f, i)).withMaxTokens(3));
        generation.complete();
        counts[cell(generation.tokens())]++;
      }
    }
    assertThat(GoodnessOfFit.pValue(warmer, counts)).isLessThan(1e-6);
  }

  @Test
  void theSameSeedGivesTheSameTokens() {
    LayerPath path = LayerPath.skipping(2, new int[] {1}, new int[] {1});
    for (DraftMethod method : new DraftMethod[] {DraftMethod.none(), DraftMethod.skip(path, 3)}) {
      int different = 0;
      for (int seed = 0; seed < 5; seed++) {
        int[] tokens = sample(method, seed);
        assertThat(sample(method, seed)).isEqualTo(tokens);
        different += Arrays.equals(sample(method, seed + 100), tokens) ? 0 : 1;
      }
      assertThat(different).isPositive();
    }
  }

  private static int[] sample(DraftMethod method, long seed) {
    try (Session session = engine.openSession()) {
      Generation generation =
          session.generate(PROMPT, options(method, Sampling.at(1.3f, seed)).withMaxTokens(9));
      generation.complete();
      return generation.tokens();
    }
  }

  private static GenerationOptions options(DraftMethod method, Sampling rule) {
    return GenerationOptions.defaults().withDraft(method).withSampling(rule);
  }

  /** Probabilities of the first three tokens, or fewer where an end token comes first. */
  private static double[] exact(Sampling rule) {
    double[] cells = new double[(VOCABULARY + 1) * (VOCABULARY + 1) * (VOCABULARY + 1)];
    extend(rule, new int[0], 1, cells);
    return cells;
  }

  private static void extend(Sampling rule, int[] answer, double probability, double[] cells) {
    boolean ended =
        answer.length > 0
            && engine.model().tokenizer().endTokens().contains(answer[answer.length - 1]);
    if (ended || answer.length == 3) {
      cells[cell(answer)] += probability;
      return;
    }
    int[] all = Arrays.copyOf(PROMPT, PROMPT.length + answer.length);
    System.arraycopy(answer, 0, all, PROMPT.length, answer.length);
    float[][] logits = engine.logits(all, LayerPath.full(2), all.length - 1);
    float[] distribution = new float[VOCABULARY];
    // The filters themselves are tested with numbers worked out by hand.
    new Sampler(rule, VOCABULARY).distribution(new FixedLogits(logits), 0, distribution);
    for (int token = 0; token < VOCABULARY; token++) {
      if (distribution[token] > 0) {
        int[] longer = Arrays.copyOf(answer, answer.length + 1);
        longer[answer.length] = token;
        extend(rule, longer, probability * distribution[token], cells);
      }
    }
  }

  private static int cell(int[] answer) {
    int cell = 0;
    for (int i = 0; i < 3; i++) {
      cell = cell * (VOCABULARY + 1) + (i < answer.length ? answer[i] + 1 : 0);
    }
    return cell;
  }
}
