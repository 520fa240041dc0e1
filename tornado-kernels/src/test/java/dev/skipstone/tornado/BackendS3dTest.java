package dev.skipstone.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.FinishReason;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.pass.TokenChooser;
import dev.skipstone.runtime.sampling.Sampler;
import dev.skipstone.runtime.sampling.Sampling;
import dev.skipstone.runtime.testing.FixedLogits;
import dev.skipstone.runtime.testing.GoodnessOfFit;
import dev.skipstone.runtime.testing.RandomAdapter;
import dev.skipstone.runtime.testing.SampledOutput;
import dev.skipstone.tornado.HostEngine.Kernels;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise 1 for S3D on the backend: plain decoding's tokens, and the target's distribution. */
final class BackendS3dTest {
  private static final int LAYERS = 3;
  private static final int TOKENS = 24;
  private static final int ROUNDS = 1500;
  private static final double ACCEPTABLE = 1e-3;

  /** An adapter that drafts much like the model. */
  private static final RandomAdapter MUCH =
      RandomAdapter.of(7).withSkipped(new int[0], new int[] {1}).withVocabulary("0-95");

  @TempDir Path folder;

  static Stream<Arguments> engines() {
    return Stream.of(
        Arguments.of(TensorType.F16, Kernels.BY_ITEM, TOKENS),
        Arguments.of(TensorType.Q4_1, Kernels.BY_ITEM, TOKENS),
        // Barriers take long here.
        Arguments.of(TensorType.Q4_1, Kernels.BY_SHAPE, 10));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void greedyTokensAreThoseOfPlainDecoding(TensorType type, Kernels kernels, int tokens) {
    MicroModel micro = HostEngine.micro(LAYERS).withContext(96).withMatrices(type);
    // And one that can't be right.
    RandomAdapter little = RandomAdapter.of(2).withSkipped(new int[] {0, 1}, new int[] {0});
    int accepted = 0;
    int rejected = 0;
    for (RandomAdapter random : List.of(MUCH, little.withVocabulary("0-95"))) {
      try (Engine engine = load(micro, random, kernels)) {
        int[] prompt = endless(engine, tokens);
        int[] expected = greedy(engine, prompt, DraftMethod.none(), tokens).tokens();
        DraftMethod method = method(engine, 8);
        assertThat(greedy(engine, prompt, method, tokens).tokens()).isEqualTo(expected);
        Generation all = greedy(engine, prompt, DraftMethod.uncontrolled(method), tokens);
        assertThat(all.tokens()).isEqualTo(expected);
        accepted += all.stats().accepted();
        rejected += all.stats().drafted() - all.stats().accepted();
      }
    }
    // Else nothing was tried.
    assertThat(accepted).isPositive();
    assertThat(rejected).isPositive();
  }

  static Stream<Sampling> rules() {
    return Stream.of(SampledOutput.PLAIN, SampledOutput.FILTERED);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void sampledTokensHaveTheTargetsDistribution(Sampling rule) {
    RandomAdapter random =
        RandomAdapter.of(3).withSkipped(new int[] {1}, new int[0]).withVocabulary("0-7");
    try (Engine engine = load(SampledOutput.model(), random, Kernels.BY_ITEM)) {
      SampledOutput output = new SampledOutput(engine);
      DraftMethod method = DraftMethod.uncontrolled(method(engine, 3));
      SampledOutput.Outcome outcome = output.sample(method, rule, ROUNDS);
      assertThat(GoodnessOfFit.pValue(output.exact(rule), outcome.counts()))
          .isGreaterThan(ACCEPTABLE);
      assertThat(outcome.accepted()).isBetween(ROUNDS / 100, outcome.drafted() - ROUNDS / 100);
    }
  }

  /** Each row of a draft is drawn from by itself, and from tokens that can be drafted only. */
  @ParameterizedTest
  @MethodSource("rules")
  void draftsAreDrawnFromTheirOwnRows(Sampling rule) {
    RandomAdapter random = MUCH.withVocabulary("32-63");
    try (Engine engine = load(HostEngine.micro(LAYERS).withContext(96), random, Kernels.BY_ITEM);
        PassRunner runner = engine.openRunner()) {
      int[] rows = {0, 1, 2};
      int[] tokens = {5, Pass.mask(1), Pass.mask(2)};
      LayerPath path = runner.adapter().orElseThrow().path();
      Logits logits = runner.run(new Pass(tokens, 0, path, rows, true));
      TokenChooser chooser =
          runner
              .sampler(
                  rule.temperature(),
                  rule.topK(),
                  rule.topP(),
                  rule.minP(),
                  new SplittableRandom(4))
              .orElseThrow();
      float[][] read = new float[3][96];
      long[][] counts = new long[3][96];
      for (int row : rows) {
        logits.read(row, read[row]);
        for (int round = 0; round < ROUNDS; round++) {
          counts[row][chooser.draft(logits, row, row)]++;
        }
      }
      for (int row : rows) {
        float[] distribution = new float[96];
        new Sampler(rule, 96).distribution(new FixedLogits(read), row, distribution);
        double[] exact = new double[96];
        for (int i = 0; i < 96; i++) {
          exact[i] = distribution[i];
        }
        assertThat(GoodnessOfFit.pValue(exact, counts[row]))
            .as("row %d", row)
            .isGreaterThan(ACCEPTABLE);
      }
    }
  }

  /** The micro model has 3 layers, of which the draft keeps 3 attention and 2 MLP blocks. */
  @Test
  void launchesOfADraftAreFew() {
    try (Engine engine = load(HostEngine.micro(LAYERS).withContext(96), MUCH, Kernels.BY_ITEM);
        PassRunner runner = engine.openRunner()) {
      LayerPath path = runner.adapter().orElseThrow().path();
      int[] tokens = {5, Pass.mask(1), Pass.mask(2)};
      runner.run(new Pass(tokens, 0, path, new int[] {0, 1, 2}, true));
      int begin = 2;
      int bridges = 2 * 2;
      int end = 3;
      assertThat(runner.launches()).isEqualTo(begin + 3 * 6 + 2 * 5 + bridges + end);
    }
  }

  private Engine load(MicroModel micro, RandomAdapter random, Kernels kernels) {
    Path file = micro.write(folder.resolve("micro.gguf"));
    Path trained = random.write(file, folder.resolve("micro.s3d.safetensors"));
    try (DraftAdapter adapter = DraftAdapter.open(trained)) {
      return HostEngine.load(file, adapter, kernels);
    }
  }

  private static DraftMethod method(Engine engine, int tokens) {
    return DraftMethod.s3d(engine.options().adapter().orElseThrow(), tokens);
  }

  /** A prompt whose greedy answer does not come to an end token by chance. */
  private static int[] endless(Engine engine, int tokens) {
    for (int first = 3; first < 90; first++) {
      int[] prompt = {first, 4, 5, first, 4, 5, first, 4};
      Generation answer = greedy(engine, prompt, DraftMethod.none(), tokens);
      if (answer.finishReason() == FinishReason.LENGTH) {
        return prompt;
      }
    }
    throw new AssertionError("every answer ends early");
  }

  private static Generation greedy(Engine engine, int[] prompt, DraftMethod method, int tokens) {
    try (Session session = engine.openSession()) {
      Generation generation =
          session.generate(
              prompt, GenerationOptions.defaults().withMaxTokens(tokens).withDraft(method));
      generation.complete();
      return generation;
    }
  }
}
