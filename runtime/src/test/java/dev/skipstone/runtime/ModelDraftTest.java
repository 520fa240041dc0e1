package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.sampling.Sampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drafting with a separate model: promise 1, and the life of its cache. */
class ModelDraftTest {
  private static final int TOKENS = 24;
  private static final MicroModel TARGET = MicroModel.defaults().withLayers(3).withContext(192);
  private static final MicroModel SMALLER =
      TARGET.withLayers(2).withSizes(32, 64).withHeads(2, 1, 16).withSeed(9);

  @TempDir static Path folder;
  private static Engine target;
  private static Engine smaller;
  private static int[] prompt;
  private static int files;

  @BeforeAll
  static void loadBoth() {
    target = load(TARGET, 1);
    smaller = load(SMALLER, 1);
    prompt = Prompts.endless(target, 8, TOKENS);
  }

  @AfterAll
  static void unload() {
    target.close();
    smaller.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void greedyTokensAreThoseOfPlainDecoding(int threads) {
    for (TensorType type : List.of(TensorType.F16, TensorType.Q8_0, TensorType.Q4_1)) {
      try (Engine model = load(TARGET.withMatrices(type), threads);
          Engine same = load(TARGET.withMatrices(type), threads);
          Engine other = load(SMALLER, threads)) {
        int[] own = Prompts.endless(model, 8, TOKENS);
        int[] expected = answer(model, own, DraftMethod.none()).tokens();
        for (int most : new int[] {1, 4, 15}) {
          SpeculationStats right = drafted(model, own, same, most, expected);
          // All but where the draft stopped at the answer's end.
          assertThat(right.acceptanceRate()).as("%s, %d", type, most).isEqualTo(1);
          assertThat(right.drafted()).isGreaterThan(TOKENS / 3);
          SpeculationStats wrong = drafted(model, own, other, most, expected);
          assertThat(wrong.acceptanceRate()).as("%s, %d", type, most).isLessThan(0.5);
        }
        assertThat(answer(model, own, DraftMethod.model(same, 8)).tokens()).isEqualTo(expected);
      }
    }
  }

  private static SpeculationStats drafted(
      Engine model, int[] own, Engine draft, int most, int[] expected) {
    Generation generation = answer(model, own, always(draft, most));
    assertThat(generation.tokens()).as("%d tokens by %s", most, draft).isEqualTo(expected);
    assertThat(generation.stats().drafted()).isPositive();
    return generation.stats();
  }

  /** So long that a controller has measured what plain steps cost, and tries drafts. */
  @Test
  void aControllerTriesIt() {
    int[] start = Prompts.endless(target, 8, 180);
    try (Session session = target.openSession()) {
      Generation generation = session.generate(start, options(DraftMethod.model(smaller, 4), 180));
      generation.complete();
      assertThat(generation.stats().drafted()).isPositive();
      assertThat(generation.tokens())
          .isEqualTo(generate(target, start, options(DraftMethod.none(), 180)).tokens());
    }
  }

  @Test
  void anEngineCanDraftForItself() {
    Generation generation = answer(target, prompt, always(target, 5));
    assertThat(generation.tokens()).isEqualTo(plain(prompt));
    assertThat(generation.stats().acceptanceRate()).isEqualTo(1);
  }

  @Test
  void aLongPromptIsReadInChunks() {
    int[] start = Prompts.endless(target, 150, TOKENS);
    Generation generation = answer(target, start, always(target, 5));
    assertThat(generation.tokens()).isEqualTo(plain(start));
    assertThat(generation.stats().acceptanceRate()).isEqualTo(1);
  }

  /** Turns of a conversation, one off the middle, another draft model, none, a reset, a cancel. */
  @Test
  void aSessionsAnswersFollowEachOther() {
    DraftMethod right = always(target, 5);
    DraftMethod wrong = always(smaller, 5);
    try (Session session = target.openSession()) {
      int[] next = prompt;
      for (DraftMethod method : List.of(right, right, wrong, DraftMethod.none(), right, wrong)) {
        Generation generation = session.generate(next, options(method, 8));
        generation.complete();
        assertThat(generation.tokens()).as("%s", method.name()).isEqualTo(plain(next, 8));
        if (method.equals(right)) {
          assertThat(generation.stats().acceptanceRate()).isEqualTo(1);
        }
        next = join(next, generation.tokens(), new int[] {40, 41});
      }
      int[] other = join(new int[] {prompt[0], prompt[1], 60}, prompt);
      assertRight(session, right, other);
      Generation stopped = session.generate(next, options(right, 30));
      stopped.next();
      stopped.next();
      stopped.cancel();
      stopped.complete();
      assertRight(session, right, prompt);
      session.reset();
      assertRight(session, right, prompt);
      assertRight(session, right, prompt);
    }
  }

  private static void assertRight(Session session, DraftMethod method, int[] start) {
    Generation generation = session.generate(start, options(method, 20));
    generation.complete();
    assertThat(generation.tokens()).isEqualTo(plain(start, 20));
    assertThat(generation.stats().acceptanceRate()).isEqualTo(1);
    assertThat(generation.stats().drafted()).isPositive();
  }

  @Test
  void nothingIsDraftedBehindTheDraftsContext() {
    try (Engine same = load(TARGET, 1, 24)) {
      Generation generation = answer(target, prompt, always(same, 5));
      assertThat(generation.tokens()).isEqualTo(plain(prompt));
      assertThat(generation.stats().acceptanceRate()).isEqualTo(1);
      // Its last pass reads position 23, behind which there is one more token.
      assertThat(generation.stats().accepted()).isBetween(8, 24 - prompt.length);
      int[] longer = Prompts.endless(target, 40, TOKENS);
      Generation none = answer(target, longer, always(same, 5));
      assertThat(none.tokens()).isEqualTo(plain(longer));
      assertThat(none.stats().drafted()).isZero();
    }
  }

  @Test
  void theTargetsContextEndsAnAnswer() {
    int[] start = Prompts.endless(target, 180, 500);
    Generation generation = generate(target, start, options(always(target, 15), 500));
    assertThat(generation.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(generation.tokens()).hasSize(13).isEqualTo(plain(start, 500));
  }

  @Test
  void oneDraftServesSeveralTargetsAndSessions() throws Exception {
    try (Engine second = load(TARGET.withSeed(5), 1);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Engine> targets = List.of(target, second);
      List<int[]> expected = new ArrayList<>();
      for (Engine engine : targets) {
        expected.add(answer(engine, prompt, DraftMethod.none()).tokens());
      }
      assertThat(expected.get(0)).isNotEqualTo(expected.get(1));
      List<Future<int[]>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Engine engine = targets.get(i % 2);
        DraftMethod method = always(i < 4 ? smaller : second, 4);
        answers.add(threads.submit(() -> answer(engine, prompt, method).tokens()));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).as("session %d", i).isEqualTo(expected.get(i % 2));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aDraftThatIsClosedTooEarlyIsToldAndDoesNoHarm(int threads) {
    Engine draft = load(SMALLER, threads);
    DraftMethod method = always(draft, 4);
    try (Session session = target.openSession()) {
      Generation cut = session.generate(prompt, options(method, TOKENS));
      cut.next();
      cut.next();
      draft.close();
      assertThatThrownBy(cut::complete)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      cut.close();
      // Another session, which has no cache of it yet.
      try (Session other = target.openSession()) {
        assertThatThrownBy(() -> other.generate(prompt, options(method, TOKENS)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("closed");
      }
      Generation plain = session.generate(prompt, options(DraftMethod.none(), TOKENS));
      plain.complete();
      assertThat(plain.tokens()).isEqualTo(plain(prompt));
    }
  }

  @Test
  void anotherVocabularyIsRefused() {
    try (Engine other = load(TARGET.withVocabulary(280), 1);
        Session session = target.openSession()) {
      assertThatThrownBy(() -> session.generate(prompt, options(always(other, 4), 5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has another vocabulary than")
          .hasMessageContaining("280 tokens there and 288 here");
      // And the session goes on.
      Generation plain = session.generate(prompt, options(DraftMethod.none(), TOKENS));
      plain.complete();
      assertThat(plain.tokens()).isEqualTo(plain(prompt));
    }
  }

  /** What is drafted is the same with and without a cache of earlier answers. */
  @Test
  void theSameSeedGivesTheSameText() {
    GenerationOptions options =
        options(DraftMethod.model(smaller, 4), 20).withSampling(Sampling.at(1, 7));
    try (Session session = target.openSession()) {
      Generation first = session.generate(prompt, options);
      first.complete();
      Generation second = session.generate(prompt, options);
      second.complete();
      assertThat(second.tokens()).isEqualTo(first.tokens());
      assertThat(second.stats().drafted()).isEqualTo(first.stats().drafted()).isPositive();
    }
  }

  private static Engine load(MicroModel micro, int threads) {
    return load(micro, threads, 0);
  }

  private static Engine load(MicroModel micro, int threads, int context) {
    return Engine.load(
        micro.write(folder.resolve("micro" + files++ + ".gguf")),
        EngineOptions.defaults().withThreads(threads).withContext(context));
  }

  private static DraftMethod always(Engine draft, int most) {
    return DraftMethod.uncontrolled(DraftMethod.model(draft, most));
  }

  private static int[] plain(int[] start) {
    return plain(start, TOKENS);
  }

  private static int[] plain(int[] start, int tokens) {
    return generate(target, start, options(DraftMethod.none(), tokens)).tokens();
  }

  private static Generation answer(Engine engine, int[] start, DraftMethod method) {
    return generate(engine, start, options(method, TOKENS));
  }

  private static Generation generate(Engine engine, int[] start, GenerationOptions options) {
    try (Session session = engine.openSession()) {
      Generation generation = session.generate(start, options);
      generation.complete();
      return generation;
    }
  }

  private static GenerationOptions options(DraftMethod method, int tokens) {
    return GenerationOptions.defaults().withMaxTokens(tokens).withDraft(method);
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
