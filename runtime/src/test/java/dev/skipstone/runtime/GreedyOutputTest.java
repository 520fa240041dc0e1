package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 1: greedy output is the same tokens for every way of drafting. */
class GreedyOutputTest {
  private static final int LAYERS = 3;
  private static final int TOKENS = 24;

  private static final List<DraftMethod> METHODS =
      List.of(
          DraftMethod.skip(LayerPath.skipping(LAYERS, new int[] {1}, new int[0]), 4),
          DraftMethod.skip(LayerPath.skipping(LAYERS, new int[] {1, 2}, new int[] {2}), 1),
          // Drafts next to nothing that is right, and everything right.
          DraftMethod.skip(LayerPath.skipping(LAYERS, new int[] {0, 2}, new int[] {0}), 15),
          DraftMethod.skip(LayerPath.full(LAYERS), 15),
          DraftMethod.ngram(1),
          DraftMethod.ngram(15));

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void everyMethodGivesTheSameTokens(TensorType type) {
    try (Engine engine = load(type, 1)) {
      int[] prompt = Prompts.endless(engine, 8, TOKENS);
      Generation plain = generate(engine, prompt, DraftMethod.none());
      int[] expected = plain.tokens();
      assertThat(expected).hasSize(TOKENS);
      assertThat(plain.stats().drafted()).isZero();
      int accepted = 0;
      int rejected = 0;
      for (DraftMethod method : METHODS) {
        assertThat(generate(engine, prompt, method).tokens()).as("%s", method).isEqualTo(expected);
        // With long drafts at every step, which a controller would not choose.
        Generation generation = generate(engine, prompt, DraftMethod.uncontrolled(method));
        assertThat(generation.tokens()).as("uncontrolled %s", method).isEqualTo(expected);
        assertThat(generation.text()).isEqualTo(plain.text());
        SpeculationStats stats = generation.stats();
        accepted += stats.accepted();
        rejected += stats.drafted() - stats.accepted();
      }
      // Else nothing was tried.
      assertThat(accepted).isPositive();
      assertThat(rejected).isPositive();
    }
  }

  @Test
  void tokensAreTheBestOfTheEnginesOwnLogits() {
    try (Engine engine = load(TensorType.Q8_0, 1)) {
      int[] prompt = Prompts.endless(engine, 8, TOKENS);
      int[] answer = generate(engine, prompt, METHODS.getFirst()).tokens();
      int[] all = new int[prompt.length + answer.length];
      System.arraycopy(prompt, 0, all, 0, prompt.length);
      System.arraycopy(answer, 0, all, prompt.length, answer.length);
      int[] rows = IntStream.range(prompt.length - 1, all.length - 1).toArray();
      float[][] logits = engine.logits(all, LayerPath.full(LAYERS), rows);
      for (int i = 0; i < answer.length; i++) {
        int best = 0;
        for (int token = 1; token < logits[i].length; token++) {
          best = logits[i][token] > logits[i][best] ? token : best;
        }
        assertThat(answer[i]).as("token %d", i).isEqualTo(best);
      }
    }
  }

  @Test
  void theBuiltInMethodIsOneOfThem() {
    try (Engine engine = load(TensorType.F16, 1)) {
      int[] prompt = Prompts.endless(engine, 8, TOKENS);
      assertThat(generate(engine, prompt, DraftMethod.skip()).tokens())
          .isEqualTo(generate(engine, prompt, DraftMethod.none()).tokens());
    }
  }

  @Test
  void sessionsSideBySideDoNotDisturbEachOther() throws Exception {
    try (Engine engine = load(TensorType.F16, 2);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<int[]> prompts = List.of(new int[] {9, 5, 9, 5}, new int[] {30, 31, 32}, new int[] {7});
      List<int[]> expected = new ArrayList<>();
      for (int[] prompt : prompts) {
        expected.add(generate(engine, prompt, DraftMethod.none()).tokens());
      }
      List<Future<int[]>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int[] prompt = prompts.get(i % 3);
        DraftMethod method = METHODS.get(i % METHODS.size());
        answers.add(threads.submit(() -> generate(engine, prompt, method).tokens()));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).as("session %d", i).isEqualTo(expected.get(i % 3));
      }
    }
  }

  private Engine load(TensorType type, int threads) {
    MicroModel micro = MicroModel.defaults().withLayers(LAYERS).withContext(96).withMatrices(type);
    return Engine.load(
        micro.write(folder.resolve("micro.gguf")), EngineOptions.defaults().withThreads(threads));
  }

  private static Generation generate(Engine engine, int[] prompt, DraftMethod method) {
    try (Session session = engine.openSession()) {
      Generation generation =
          session.generate(
              prompt, GenerationOptions.defaults().withMaxTokens(TOKENS).withDraft(method));
      generation.complete();
      return generation;
    }
  }
}
