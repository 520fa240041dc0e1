package dev.skipstone.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.FinishReason;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.sampling.Sampling;
import dev.skipstone.tornado.HostEngine.Kernels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise 1 on the backend: the output is the same for every way of drafting. */
final class BackendOutputTest {
  private static final int LAYERS = 3;
  private static final int TOKENS = 24;

  /** With kernels that have barriers, which take long here. */
  private static final int FEW_TOKENS = 10;

  private static final List<DraftMethod> METHODS =
      List.of(
          DraftMethod.uncontrolled(
              DraftMethod.skip(LayerPath.skipping(LAYERS, new int[] {1}, new int[0]), 4)),
          DraftMethod.uncontrolled(
              DraftMethod.skip(LayerPath.skipping(LAYERS, new int[] {0, 2}, new int[] {0}), 15)),
          DraftMethod.uncontrolled(DraftMethod.skip(LayerPath.full(LAYERS), 15)),
          DraftMethod.uncontrolled(DraftMethod.ngram(3)),
          DraftMethod.uncontrolled(DraftMethod.ngram(15)));

  /**
   * Of these, two with long drafts: most of the one's are rejected, all of the other's accepted.
   */
  private static final List<DraftMethod> FEW_METHODS = METHODS.subList(1, 3);

  @TempDir Path folder;

  static Stream<Arguments> engines() {
    return Stream.of(TensorType.values())
        .flatMap(type -> Stream.of(Kernels.values()).map(kernels -> Arguments.of(type, kernels)))
        .filter(pair -> pair.get()[1] == Kernels.BY_ITEM || pair.get()[0] == TensorType.Q4_1)
        .filter(pair -> pair.get()[1] != Kernels.BY_GROUP);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyMethodGivesTheSameTokens(TensorType type, Kernels kernels) {
    boolean all = kernels == Kernels.BY_ITEM;
    GenerationOptions options = greedy().withMaxTokens(all ? TOKENS : FEW_TOKENS);
    int accepted = 0;
    int rejected = 0;
    try (Engine engine = load(type, kernels)) {
      int[] prompt = endless(engine, options);
      int[] expected = generate(engine, prompt, DraftMethod.none(), options).tokens();
      for (DraftMethod method : all ? METHODS : FEW_METHODS) {
        Generation generation = generate(engine, prompt, method, options);
        assertThat(generation.tokens()).as("%s", method).isEqualTo(expected);
        accepted += generation.stats().accepted();
        rejected += generation.stats().drafted() - generation.stats().accepted();
      }
    }
    // Else nothing was tried.
    assertThat(accepted).isPositive();
    assertThat(rejected).isPositive();
  }

  /** A prompt whose greedy answer does not come to an end token by chance. */
  private static int[] endless(Engine engine) {
    return endless(engine, greedy());
  }

  private static int[] endless(Engine engine, GenerationOptions options) {
    for (int first = 3; first < 90; first++) {
      int[] prompt = {first, 4, 5, first, 4, 5, first, 4};
      Generation answer = generate(engine, prompt, DraftMethod.none(), options);
      if (answer.finishReason() == FinishReason.LENGTH) {
        return prompt;
      }
    }
    throw new AssertionError("every answer ends early");
  }

  @Test
  void theSameSeedGivesTheSameSampledTokens() {
    try (Engine engine = load(TensorType.Q8_0, Kernels.BY_ITEM)) {
      int[] prompt = endless(engine);
      for (DraftMethod method : List.of(DraftMethod.none(), METHODS.getFirst(), METHODS.get(3))) {
        GenerationOptions seeded = greedy().withSampling(Sampling.at(1.3f, 5));
        int[] tokens = generate(engine, prompt, method, seeded).tokens();
        assertThat(generate(engine, prompt, method, seeded).tokens())
            .as("%s", method)
            .isEqualTo(tokens);
        GenerationOptions other = greedy().withSampling(Sampling.at(1.3f, 6));
        assertThat(generate(engine, prompt, method, other).tokens()).isNotEqualTo(tokens);
      }
    }
  }

  @Test
  void sessionsOfSeveralThreadsDoNotDisturbEachOther() throws Exception {
    try (Engine engine = load(TensorType.F16, Kernels.BY_ITEM);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      int[] prompt = endless(engine);
      int[] expected = generate(engine, prompt, DraftMethod.none(), greedy()).tokens();
      List<Future<int[]>> answers = new ArrayList<>();
      for (DraftMethod method : METHODS) {
        answers.add(threads.submit(() -> generate(engine, prompt, method, greedy()).tokens()));
      }
      for (Future<int[]> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void aSessionGoesOnAndStartsAgain() {
    try (Engine engine = load(TensorType.F16, Kernels.BY_ITEM);
        Session session = engine.openSession()) {
      int[] prompt = endless(engine);
      int[] first = session.generate(prompt, greedy()).forEachText(_ -> {}).tokens();
      session.generate(new int[] {7, 8}, greedy()).complete();
      session.reset();
      assertThat(session.generate(prompt, greedy()).forEachText(_ -> {}).tokens()).isEqualTo(first);
    }
  }

  @Test
  void anAnswerEndsWithTheContext() {
    Path file = HostEngine.micro(2).withContext(24).write(folder.resolve("micro.gguf"));
    try (Engine engine = HostEngine.load(file, Kernels.BY_ITEM)) {
      int[] prompt = endless(engine);
      Generation plain = generate(engine, prompt, DraftMethod.none(), greedy());
      assertThat(plain.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(plain.tokens()).hasSizeBetween(16, 17);
      assertThat(
              generate(engine, prompt, DraftMethod.uncontrolled(DraftMethod.ngram(15)), greedy())
                  .tokens())
          .isEqualTo(plain.tokens());
    }
  }

  private Engine load(TensorType type, Kernels kernels) {
    MicroModel micro = HostEngine.micro(LAYERS).withContext(96).withMatrices(type);
    return HostEngine.load(micro.write(folder.resolve("micro.gguf")), kernels);
  }

  private static GenerationOptions greedy() {
    return GenerationOptions.defaults().withMaxTokens(TOKENS);
  }

  private static Generation generate(
      Engine engine, int[] prompt, DraftMethod method, GenerationOptions options) {
    try (Session session = engine.openSession()) {
      Generation generation = session.generate(prompt, options.withDraft(method));
      generation.complete();
      return generation;
    }
  }
}
