package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionTest {
  private static final int CONTEXT = 96;

  @TempDir static Path folder;
  private static Engine engine;
  private static int[] shortPrompt;
  private Session session;

  @BeforeAll
  static void load() {
    MicroModel micro = MicroModel.defaults().withLayers(2).withContext(CONTEXT);
    engine =
        Engine.load(
            micro.write(folder.resolve("micro.gguf")), EngineOptions.defaults().withThreads(1));
    shortPrompt = Prompts.endless(engine, 8, 40);
  }

  @AfterAll
  static void unload() {
    engine.close();
  }

  @BeforeEach
  void open() {
    session = engine.openSession();
  }

  @AfterEach
  void close() {
    session.close();
  }

  static List<DraftMethod> methods() {
    return List.of(
        DraftMethod.none(),
        DraftMethod.skip(LayerPath.skipping(2, new int[] {1}, new int[0]), 4),
        DraftMethod.ngram(7),
        DraftMethod.uncontrolled(DraftMethod.skip(LayerPath.full(2), 15)),
        DraftMethod.uncontrolled(DraftMethod.ngram(7)));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatIsInTheCacheIsNotComputedAgain(DraftMethod method) {
    Generation first = session.generate(shortPrompt, options(method, 10));
    first.complete();
    assertThat(first.stats().promptTokens()).isEqualTo(shortPrompt.length);
    // The answer's last token has not been through a pass.
    assertThat(session.length()).isEqualTo(shortPrompt.length + 9);
    int[] next = join(shortPrompt, first.tokens(), new int[] {40, 41});
    Generation second = session.generate(next, options(method, 10));
    second.complete();
    assertThat(second.stats().promptTokens()).isEqualTo(3);
    assertThat(second.tokens()).isEqualTo(fresh(next, method, 10));
    // Another turn off the middle, and the very same prompt again.
    int[] other = {shortPrompt[0], shortPrompt[1], shortPrompt[2], 60, 61};
    Generation third = session.generate(other, options(method, 10));
    third.complete();
    assertThat(third.stats().promptTokens()).isEqualTo(2);
    assertThat(third.tokens()).isEqualTo(fresh(other, method, 10));
    Generation fourth = session.generate(other, options(method, 10));
    fourth.complete();
    assertThat(fourth.stats().promptTokens()).isEqualTo(1);
    assertThat(fourth.tokens()).isEqualTo(third.tokens());
    session.reset();
    assertThat(session.length()).isZero();
    Generation fifth = session.generate(other, options(method, 10));
    fifth.complete();
    assertThat(fifth.stats().promptTokens()).isEqualTo(5);
    assertThat(fifth.tokens()).isEqualTo(third.tokens());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void anAnswerEndsExactlyAtTheContextsEnd(DraftMethod method) {
    for (int length : new int[] {CONTEXT - 1, CONTEXT - 2, CONTEXT - 13}) {
      int[] prompt = Prompts.endless(engine, length, 500);
      Generation generation = session.generate(prompt, options(method, 500));
      generation.complete();
      assertThat(generation.finishReason()).isEqualTo(FinishReason.LENGTH);
      // Every position is filled, and the token behind the last one is known.
      assertThat(generation.tokens()).hasSize(CONTEXT - length + 1);
      assertThat(session.length()).isEqualTo(CONTEXT);
      assertThat(generation.tokens()).isEqualTo(fresh(prompt, DraftMethod.none(), 500));
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theTokenLimitIsExactAndFiguresAddUp(DraftMethod method) {
    for (int limit : new int[] {1, 2, 7, 20}) {
      Generation generation = session.generate(shortPrompt, options(method, limit));
      List<Integer> fromSteps = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      int drafted = 0;
      while (generation.hasNext()) {
        Step step = generation.next();
        assertThat(step.tokens()).hasSizeLessThanOrEqualTo(step.accepted() + 1);
        assertThat(step.accepted()).isBetween(0, step.drafted().length);
        assertThat(step.drafted()).hasSizeLessThanOrEqualTo(method.draftTokens());
        Arrays.stream(step.tokens()).forEach(fromSteps::add);
        text.append(step.text());
        drafted += step.drafted().length;
      }
      assertThat(generation.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(generation.tokens()).hasSize(limit);
      assertThat(fromSteps).containsExactly(boxed(generation.tokens()));
      assertThat(text).hasToString(generation.text());
      SpeculationStats stats = generation.stats();
      assertThat(stats.drafted()).isEqualTo(drafted);
      assertThat(stats.generatedTokens()).isEqualTo(limit);
      assertThat(limit).isEqualTo(1 + stats.iterations() + stats.accepted());
      assertThat(stats.draftSeconds() + stats.verifySeconds())
          .isLessThanOrEqualTo(stats.decodeSeconds());
    }
  }

  @Test
  void closingTwiceIsHarmless() {
    Engine own = Engine.load(folder.resolve("micro.gguf"), EngineOptions.defaults().withThreads(1));
    Session opened = own.openSession();
    opened.close();
    opened.close();
    own.close();
    own.close();

    assertThatThrownBy(own::openSession).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void promptsThatCannotBe() {
    assertRefused(new int[0], "the prompt has no tokens");
    assertRefused(new int[CONTEXT], "96 tokens, too many for a context of 96");
    assertRefused(new int[CONTEXT], "--context");
    assertRefused(new int[] {1, 288}, "token 288 (at place 1) is not in 0 to 287");
    assertRefused(new int[] {-1}, "token -1 (at place 0)");
    assertThat(session.generate(shortPrompt, options(DraftMethod.none(), 2)).complete())
        .isNotNull();
  }

  @Test
  void aPathOfAnotherModelIsRefusedAndTheSessionStillWorks() {
    session.generate(shortPrompt, options(DraftMethod.none(), 5)).complete();
    DraftMethod wrong = DraftMethod.skip(LayerPath.full(9), 3);
    assertThatThrownBy(() -> session.generate(shortPrompt, options(wrong, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9 layers");
    Generation generation = session.generate(shortPrompt, options(DraftMethod.none(), 5));
    generation.complete();
    assertThat(generation.tokens()).isEqualTo(fresh(shortPrompt, DraftMethod.none(), 5));
  }

  @Test
  void oneAnswerAtATime() {
    Generation first = session.generate(shortPrompt, options(DraftMethod.none(), 5));
    assertThatThrownBy(session::reset).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> session.generate(shortPrompt, options(DraftMethod.none(), 5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not finished");
    assertThatThrownBy(first::finishReason).isInstanceOf(IllegalStateException.class);
    first.next();
    first.close();
    assertThat(first.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThatThrownBy(first::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("CANCELLED");
    Generation second = session.generate(shortPrompt, options(DraftMethod.none(), 5));
    second.complete();
    assertThat(second.tokens()).isEqualTo(fresh(shortPrompt, DraftMethod.none(), 5));
  }

  @Test
  void cancelFromAnotherThread() throws InterruptedException {
    Generation generation = session.generate(shortPrompt, options(DraftMethod.ngram(3), 40));
    int[] pieces = {0};
    Thread other = new Thread(generation::cancel);
    generation.forEachText(piece -> {
      if (++pieces[0] == 3) {
        other.start();
        try {
          other.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    });
    assertThat(pieces[0]).isEqualTo(3);
    assertThat(generation.finishReason()).isEqualTo(FinishReason.CANCELLED);
    generation.cancel();
    // What was decoded is kept, and goes on as if nothing had happened.
    int[] next = join(shortPrompt, generation.tokens());
    Generation resumed = session.generate(next, options(DraftMethod.none(), 5));
    resumed.complete();
    assertThat(resumed.stats().promptTokens()).isEqualTo(1);
    assertThat(resumed.tokens()).isEqualTo(fresh(next, DraftMethod.none(), 5));
  }

  @Test
  void heldBackTextComesWhenAnAnswerIsCancelled() {
    String whole = session.generate(shortPrompt, options(DraftMethod.none(), 20)).complete();
    // Nearly all of the answer could become this stop text.
    String stop = whole.substring(1) + "and more";
    Generation generation =
        session.generate(shortPrompt, options(DraftMethod.none(), 20).withStop(stop));
    StringBuilder shown = new StringBuilder();
    while (shown.length() + 3 > generation.text().length()) {
      shown.append(generation.next().text());
    }
    assertThat(generation.text()).startsWith(shown);

    assertThat(generation.hasNext()).isTrue();
    generation.cancel();
    assertThat(generation.hasNext()).isTrue();
    Step last = generation.next();

    assertThat(last.tokens()).isEmpty();
    assertThat(shown + last.text()).isEqualTo(generation.text());
    assertThat(generation.hasNext()).isFalse();
    assertThat(generation.finishReason()).isEqualTo(FinishReason.CANCELLED);
  }

  /** The next step was promised before another thread cancelled. */
  @Test
  void aCancelBetweenHasNextAndNextIsNoError() {
    for (int steps : new int[] {0, 2}) {
      Generation generation = session.generate(shortPrompt, options(DraftMethod.none(), 20));
      for (int i = 0; i < steps; i++) {
        generation.next();
      }
      assertThat(generation.hasNext()).isTrue();
      generation.cancel();
      assertThat(generation.next().tokens()).isEmpty();
      assertThat(generation.hasNext()).isFalse();
      assertThat(generation.tokens()).hasSize(steps);
    }
  }

  @Test
  void aCancelledAnswerHasNoHalfCharacter() {
    AnswerText text = new AnswerText(engine.model().tokenizer(), List.of());
    text.add(engine.model().tokenizer().encode("é", false)[0]);
    assertThat(text.isTaken()).isTrue();
    assertThat(text.take(true)).isEmpty();
  }

  @Test
  void aPromptIsReadInChunksAndCanBeCancelledBetweenThem() {
    int[] prompt = Prompts.endless(engine, 80, 3);
    Generation generation = session.generate(prompt, options(DraftMethod.none(), 3));
    List<Integer> progress = new ArrayList<>();
    generation.readPrompt((read, of) -> {
      assertThat(of).isEqualTo(80);
      progress.add(read);
    });
    assertThat(progress).containsExactly(64, 80);
    generation.readPrompt((read, of) -> progress.add(-1));
    assertThat(progress).hasSize(2);
    generation.complete();
    assertThat(generation.stats().promptTokens()).isEqualTo(80);
    assertThat(generation.tokens()).isEqualTo(fresh(prompt, DraftMethod.none(), 3));

    session.reset();
    Generation cancelled = session.generate(prompt, options(DraftMethod.none(), 3));
    cancelled.readPrompt((read, of) -> cancelled.cancel());
    assertThat(cancelled.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(cancelled.tokens()).isEmpty();
    assertThat(session.length()).isEqualTo(64);
    Generation again = session.generate(prompt, options(DraftMethod.none(), 3));
    again.complete();
    assertThat(again.stats().promptTokens()).isEqualTo(16);
    assertThat(again.tokens()).isEqualTo(generation.tokens());
  }

  @Test
  void streamForEachTextAndCompleteAgree() {
    GenerationOptions options = options(DraftMethod.ngram(4), 30);
    String complete = session.generate(shortPrompt, options).complete();
    String streamed = session.generate(shortPrompt, options).stream().collect(Collectors.joining());
    StringBuilder pieces = new StringBuilder();
    Generation each = session.generate(shortPrompt, options).forEachText(pieces::append);
    assertThat(streamed).isEqualTo(complete);
    assertThat(pieces).hasToString(complete);
    assertThat(each.text()).isEqualTo(complete);
  }

  @Test
  void chatGoesThroughTheTemplate() {
    GenerationOptions options = options(DraftMethod.none(), 4);
    Generation asked = session.ask("hello", options);
    asked.complete();
    int[] prompt =
        engine
            .model()
            .tokenizer()
            .encode("<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n", true);
    assertThat(engine.encodeChat(List.of(ChatMessage.user("hello")))).isEqualTo(prompt);
    assertThat(asked.tokens()).isEqualTo(fresh(prompt, DraftMethod.none(), 4));
  }

  @Test
  void aClosedSession() {
    Generation open = session.generate(shortPrompt, options(DraftMethod.none(), 5));
    open.next();
    session.close();
    session.close();
    assertThat(open.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThatThrownBy(() -> session.generate(shortPrompt, options(DraftMethod.none(), 5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the session is closed");
  }

  private void assertRefused(int[] prompt, String message) {
    assertThatThrownBy(() -> session.generate(prompt, options(DraftMethod.none(), 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static GenerationOptions options(DraftMethod method, int tokens) {
    return GenerationOptions.defaults().withDraft(method).withMaxTokens(tokens);
  }

  private static int[] fresh(int[] prompt, DraftMethod method, int tokens) {
    try (Session other = engine.openSession()) {
      Generation generation = other.generate(prompt, options(method, tokens));
      generation.complete();
      return generation.tokens();
    }
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  private static Integer[] boxed(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }
}
