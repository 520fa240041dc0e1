package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.sampling.Sampler;
import dev.skipstone.runtime.sampling.Sampling;
import dev.skipstone.runtime.testing.FixedLogits;
import dev.skipstone.runtime.testing.GoodnessOfFit;
import dev.skipstone.runtime.testing.RandomAdapter;
import dev.skipstone.runtime.testing.SampledOutput;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise 1 for S3D: greedy output is plain decoding's, sampled output has its distribution. */
class S3dOutputTest {
  private static final int TOKENS = 40;
  private static final int ROUNDS = 1500;
  private static final double ACCEPTABLE = 1e-3;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F16", "F32", "Q4_1"})
  void greedyTokensAreThoseOfPlainDecoding(TensorType type) {
    MicroModel micro = MicroModel.defaults().withContext(96).withMatrices(type);
    // One adapter that drafts like the model, and one that can't be right.
    RandomAdapter much = RandomAdapter.of(7).withSkipped(new int[0], new int[] {3});
    RandomAdapter little = RandomAdapter.of(2).withSkipped(new int[] {0, 2}, new int[] {0});
    int accepted = 0;
    int rejected = 0;
    for (RandomAdapter random :
        new RandomAdapter[] {much, little, much.withRiding(), little.withRiding()}) {
      for (int threads = 1; threads <= 2; threads++) {
        try (Engine engine = load(micro, random.withVocabulary("0-287"), threads)) {
          DraftMethod method = method(engine, 8);
          int[] prompt = Prompts.endless(engine, 8, TOKENS);
          int[] expected = greedy(engine, prompt, DraftMethod.none()).tokens();
          assertThat(greedy(engine, prompt, method).tokens()).isEqualTo(expected);
          Generation all = greedy(engine, prompt, DraftMethod.uncontrolled(method));
          assertThat(all.tokens()).as("%d threads", threads).isEqualTo(expected);
          assertThat(all.stats().draftedIterations()).isGreaterThan(1);
          accepted += all.stats().accepted();
          rejected += all.stats().drafted() - all.stats().accepted();
        }
      }
    }
    // Else nothing was tried.
    assertThat(accepted).isPositive();
    assertThat(rejected).isPositive();
  }

  /** The model drafts for itself: without deltas, all layers, and only its own next token. */
  @Test
  void aDraftOfOneTokenThroughAlmostAllLayersIsMostlyRight() {
    MicroModel micro = MicroModel.defaults().withContext(96);
    RandomAdapter random = RandomAdapter.of(0).withSkipped(new int[0], new int[0]);
    try (Engine engine = load(micro, random.withVocabulary("0-287"), 1)) {
      DraftMethod method = method(engine, 8);
      assertThat(method.name()).isEqualTo("s3d");
      assertThat(method.draftTokens()).isEqualTo(1);
      int[] prompt = Prompts.endless(engine, 8, TOKENS);
      Generation generation = greedy(engine, prompt, DraftMethod.uncontrolled(method));
      assertThat(generation.stats().acceptanceRate()).isBetween(0.05, 1.0);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void sampledTokensHaveTheTargetsDistribution(Sampling rule) {
    Path model = SampledOutput.model().write(folder.resolve("micro.gguf"));
    RandomAdapter random =
        RandomAdapter.of(3).withSkipped(new int[] {1}, new int[0]).withVocabulary("0-7");
    sample(model, random, rule);
    sample(model, random.withRiding(), rule);
  }

  private void sample(Path model, RandomAdapter random, Sampling rule) {
    try (Engine engine = load(model, random, 1)) {
      SampledOutput output = new SampledOutput(engine);
      DraftMethod method = method(engine, 3);
      for (DraftMethod one : new DraftMethod[] {method, DraftMethod.uncontrolled(method)}) {
        SampledOutput.Outcome outcome = output.sample(one, rule, ROUNDS);
        assertThat(GoodnessOfFit.pValue(output.exact(rule), outcome.counts()))
            .as("%s", one)
            .isGreaterThan(ACCEPTABLE);
        assertThat(outcome.accepted()).isBetween(ROUNDS / 100, outcome.drafted() - ROUNDS / 100);
      }
    }
  }

  static Stream<Sampling> rules() {
    return Stream.of(SampledOutput.PLAIN, SampledOutput.FILTERED);
  }

  /** Tokens that can't be drafted come as often as they should: here those from 32 on. */
  @Test
  void aDraftVocabularyOfSomeTokensChangesNoProbability() {
    MicroModel micro = SampledOutput.model().withVocabulary(40).withMatrices(TensorType.F16);
    Path model = micro.write(folder.resolve("micro.gguf"));
    RandomAdapter random =
        RandomAdapter.of(1).withSkipped(new int[] {1}, new int[0]).withVocabulary("0-31");
    int[] prompt = {3, 4, 35, 36, 3, 37, 38, 39, 4, 35};
    try (Engine engine = load(model, random, 1);
        Session session = engine.openSession()) {
      Sampling rule = Sampling.at(1.5f, 0);
      double[] first = distribution(engine, prompt, rule);
      int[] longer = Arrays.copyOf(prompt, prompt.length + 1);
      double[] second = new double[40];
      for (int token = 0; token < 40; token++) {
        if (engine.model().tokenizer().endTokens().contains(token)) {
          continue;
        }
        longer[prompt.length] = token;
        double[] behind = distribution(engine, longer, rule);
        for (int i = 0; i < 40; i++) {
          second[i] += first[token] * behind[i];
        }
      }
      double total = Arrays.stream(second).sum();
      long[] counts = new long[40];
      DraftMethod method = DraftMethod.uncontrolled(method(engine, 2));
      int accepted = 0;
      for (int seed = 0; seed < 2 * ROUNDS; seed++) {
        GenerationOptions options =
            GenerationOptions.defaults()
                .withDraft(method)
                .withSampling(Sampling.at(1.5f, seed))
                .withMaxTokens(3);
        Generation generation = session.generate(prompt, options);
        generation.complete();
        accepted += generation.stats().accepted();
        if (generation.tokens().length > 1) {
          counts[generation.tokens()[1]]++;
        }
      }
      double[] given = Arrays.stream(second).map(p -> p / total).toArray();
      assertThat(GoodnessOfFit.pValue(given, counts)).isGreaterThan(ACCEPTABLE);
      assertThat(accepted).isGreaterThan(ROUNDS / 20);
      assertThat(Arrays.stream(counts, 32, 40).sum()).isPositive();
    }
  }

  private static double[] distribution(Engine engine, int[] tokens, Sampling rule) {
    float[][] logits = engine.logits(tokens, LayerPath.full(2), tokens.length - 1);
    float[] distribution = new float[40];
    new Sampler(rule, 40).distribution(new FixedLogits(logits), 0, distribution);
    double[] exact = new double[40];
    Arrays.setAll(exact, i -> distribution[i]);
    return exact;
  }

  @Test
  void aModelWithoutTheAdapterSaysSo() {
    Path model = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    Path file = RandomAdapter.of(3).write(model, folder.resolve("micro.s3d.safetensors"));
    try (DraftAdapter adapter = DraftAdapter.open(file);
        Engine engine = Engine.load(model);
        Session session = engine.openSession()) {
      GenerationOptions options =
          GenerationOptions.defaults().withDraft(DraftMethod.s3d(adapter, 4));
      assertThatThrownBy(() -> session.generate(new int[] {5}, options))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("loaded without the draft adapter micro.s3d.safetensors");
    }
  }

  private Engine load(MicroModel micro, RandomAdapter random, int threads) {
    return load(micro.write(folder.resolve("micro.gguf")), random, threads);
  }

  private Engine load(Path model, RandomAdapter random, int threads) {
    Path file = random.write(model, folder.resolve("micro.s3d.safetensors"));
    try (DraftAdapter adapter = DraftAdapter.open(file)) {
      return Engine.load(model, EngineOptions.defaults().withThreads(threads).withAdapter(adapter));
    }
  }

  private static DraftMethod method(Engine engine, int tokens) {
    return DraftMethod.s3d(engine.options().adapter().orElseThrow(), tokens);
  }

  private static Generation greedy(Engine engine, int[] prompt, DraftMethod method) {
    try (Session session = engine.openSession()) {
      Generation generation =
          session.generate(
              prompt, GenerationOptions.defaults().withMaxTokens(TOKENS).withDraft(method));
      generation.complete();
      return generation;
    }
  }
}
