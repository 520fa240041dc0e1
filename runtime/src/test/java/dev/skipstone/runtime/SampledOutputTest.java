package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.sampling.Sampling;
import dev.skipstone.runtime.testing.GoodnessOfFit;
import dev.skipstone.runtime.testing.SampledOutput;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 1, with sampling: what comes out of generations has the target's distribution. */
class SampledOutputTest {
  private static final int ROUNDS = 1500;
  private static final double ACCEPTABLE = 1e-3;

  @TempDir static Path folder;
  private static Engine engine;
  private static SampledOutput output;

  @BeforeAll
  static void load() {
    engine =
        Engine.load(
            SampledOutput.model().write(folder.resolve("micro.gguf")),
            EngineOptions.defaults().withThreads(1));
    output = new SampledOutput(engine);
  }

  @AfterAll
  static void unload() {
    engine.close();
  }

  static Stream<Arguments> methods() {
    return Stream.of(SampledOutput.PLAIN, SampledOutput.FILTERED)
        .flatMap(rule -> SampledOutput.METHODS.stream().map(method -> Arguments.of(method, rule)));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void continuationsHaveTheTargetsDistribution(DraftMethod method, Sampling rule) {
    SampledOutput.Outcome outcome = output.sample(method, rule, ROUNDS);
    assertThat(GoodnessOfFit.pValue(output.exact(rule), outcome.counts()))
        .isGreaterThan(ACCEPTABLE);
    if (method.draftTokens() > 0) {
      // Else nothing was tried.
      assertThat(outcome.accepted()).isBetween(ROUNDS / 100, outcome.drafted() - ROUNDS / 100);
    }
  }

  /** A draft of another model's; with this few tokens, even a random one is right at times. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSeparateModelLeavesTheDistributionAsItIs(boolean controlled) {
    try (Engine draft =
        Engine.load(
            SampledOutput.model().withLayers(1).withSeed(3).write(folder.resolve("draft.gguf")),
            EngineOptions.defaults().withThreads(1))) {
      DraftMethod method = DraftMethod.model(draft, 3);
      for (Sampling rule : List.of(SampledOutput.PLAIN, SampledOutput.FILTERED)) {
        continuationsHaveTheTargetsDistribution(
            controlled ? method : DraftMethod.uncontrolled(method), rule);
      }
    }
  }

  /** Small differences show: the same counts against a slightly warmer temperature. */
  @Test
  void anotherTemperatureIsDetected() {
    SampledOutput.Outcome outcome = output.sample(DraftMethod.none(), SampledOutput.PLAIN, ROUNDS);
    assertThat(GoodnessOfFit.pValue(output.exact(Sampling.at(1.6f, 0)), outcome.counts()))
        .isLessThan(1e-6);
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

  /** No time that was measured before, in this session or another, decides what is drafted. */
  @Test
  void whatGreedyAnswersTaughtDoesNotChangeASampledText() {
    for (DraftMethod method : SampledOutput.METHODS) {
      try (Engine fresh = Engine.load(engine.model().file(), engine.options())) {
        int[] expected = new SampledOutput(fresh).tokens(method, SampledOutput.PLAIN, 3, 9);
        for (int i = 0; i < 20; i++) {
          new SampledOutput(fresh).tokens(method, Sampling.greedy(), 0, 9);
          assertThat(new SampledOutput(fresh).tokens(method, SampledOutput.PLAIN, 3, 9))
              .as("%s, after %d greedy answers", method, i + 1)
              .isEqualTo(expected);
        }
      }
    }
  }

  private static int[] sample(DraftMethod method, long seed) {
    return output.tokens(method, SampledOutput.PLAIN, seed, 9);
  }
}
