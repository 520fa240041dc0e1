package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.model.tokenizer.Tokenizer;
import dev.skipstone.runtime.draft.DraftMethod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An answer's text, and the texts and tokens that end it. */
class AnswerTest {
  private static final int END = 2;

  @TempDir static Path folder;
  private static Engine engine;
  private static Tokenizer tokenizer;
  private static int[] prompt;

  @BeforeAll
  static void load() {
    MicroModel micro = MicroModel.defaults().withLayers(2).withContext(96);
    engine =
        Engine.load(
            micro.write(folder.resolve("micro.gguf")), EngineOptions.defaults().withThreads(1));
    tokenizer = engine.model().tokenizer();
    prompt = Prompts.endless(engine, 8, 40);
  }

  @AfterAll
  static void unload() {
    engine.close();
  }

  @Test
  void textIsGivenAsItComes() {
    assertThat(pieces(List.of(), "ab", "c")).containsExactly("a", "b", "c", "");
  }

  @Test
  void whatMayBecomeAStopTextIsHeldBack() {
    assertThat(pieces(List.of("bcd"), "abce")).containsExactly("a", "", "", "bce", "");
    assertThat(pieces(List.of("bcd"), "abc")).containsExactly("a", "", "", "bc");
    assertThat(pieces(List.of("aab"), "aaab")).containsExactly("", "", "a", "", "");
  }

  @Test
  void aStopTextIsFoundAcrossTokens() {
    assertThat(text(List.of("hello"), "say hello you")).isEqualTo("say ");
    // "hello" is one token; the stop text begins inside it.
    assertThat(text(List.of("lo y"), "hello you")).isEqualTo("hel");
    assertThat(text(List.of("zz", "yo", "l"), "hello you")).isEqualTo("he");
  }

  /** Both are in the same token: which one the caller named first does not matter. */
  @Test
  void theFirstStopTextInTheAnswerCounts() {
    assertThat(text(List.of("ll", "e"), "hello")).isEqualTo("h");
    assertThat(text(List.of("e", "ll"), "hello")).isEqualTo("h");
    assertThat(text(List.of("el", "he"), "hello")).isEmpty();
    assertThat(text(List.of("he", "el"), "hello")).isEmpty();
  }

  @Test
  void specialTokensHaveNoText() {
    AnswerText text = new AnswerText(tokenizer, List.of());
    text.add(tokenizer.encode("a", false)[0]);
    text.add(END);
    text.finish();
    assertThat(text).hasToString("a");
  }

  @Test
  void halfACharacterWaitsForItsRest() {
    AnswerText text = new AnswerText(tokenizer, List.of());
    List<String> pieces = new ArrayList<>();
    for (int token : tokenizer.encode("é", false)) {
      text.add(token);
      pieces.add(text.take(false));
    }
    assertThat(pieces).containsExactly("", "é");
    text.add(tokenizer.encode("é", false)[0]);
    assertThat(text.take(false)).isEmpty();
    text.finish();
    assertThat(text.take(true)).isEqualTo("\ufffd");
  }

  @Test
  void stopTextsEndAGenerationTheSameWithAndWithoutDrafts() {
    GenerationOptions options = GenerationOptions.defaults().withMaxTokens(40);
    String whole = run(options.withDraft(DraftMethod.none())).text();
    assertThat(whole.length()).isGreaterThan(12);
    for (int from = 3; from < 10; from++) {
      String stop = whole.substring(from, from + 2);
      String expected = whole.substring(0, whole.indexOf(stop));
      GenerationOptions stopping = options.withStop("never there", stop);
      Generation plain = run(stopping.withDraft(DraftMethod.none()));
      assertThat(plain.text()).isEqualTo(expected);
      for (DraftMethod method : List.of(DraftMethod.skip(null, 5), DraftMethod.ngram(5))) {
        Generation generation = run(stopping.withDraft(method));
        assertThat(generation.text()).isEqualTo(expected);
        assertThat(generation.tokens()).isEqualTo(plain.tokens());
        assertThat(generation.finishReason()).isEqualTo(FinishReason.STOP);
      }
    }
  }

  /** Makes the best token of a greedy answer the model's end token, by way of its metadata. */
  @Test
  void anEndTokenEndsTheAnswerAndIsItsLast() {
    GenerationOptions options =
        GenerationOptions.defaults().withMaxTokens(12).withDraft(DraftMethod.none());
    int[] whole = run(options).tokens();
    int end = whole[5];
    MicroModel micro = MicroModel.defaults().withLayers(2).withContext(96);
    Path file =
        micro
            .writer()
            .without("tokenizer.ggml.eos_token_id")
            .uint32("tokenizer.ggml.eos_token_id", end)
            .write(folder.resolve("ending.gguf"));
    try (Engine ending = Engine.load(file, EngineOptions.defaults().withThreads(1));
        Session session = ending.openSession()) {
      for (DraftMethod method : List.of(DraftMethod.none(), DraftMethod.skip(null, 15))) {
        Generation generation = session.generate(prompt, options.withDraft(method));
        generation.complete();
        int[] tokens = generation.tokens();
        assertThat(generation.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(tokens[tokens.length - 1]).isEqualTo(end);
        assertThat(tokens).hasSizeLessThanOrEqualTo(6);
        assertThat(tokens).containsOnlyOnce(end).startsWith(whole[0]);
      }
    }
  }

  private static Generation run(GenerationOptions options) {
    try (Session session = engine.openSession()) {
      Generation generation = session.generate(prompt, options);
      generation.complete();
      return generation;
    }
  }

  /** What is shown after each byte, and then at the end. */
  private static List<String> pieces(List<String> stops, String... parts) {
    AnswerText text = new AnswerText(tokenizer, stops);
    List<String> pieces = new ArrayList<>();
    for (byte value : String.join("", parts).getBytes(StandardCharsets.US_ASCII)) {
      text.add(tokenizer.encode(Character.toString(value), false)[0]);
      pieces.add(text.take(false));
    }
    text.finish();
    pieces.add(text.take(true));
    return pieces;
  }

  private static String text(List<String> stops, String answer) {
    AnswerText text = new AnswerText(tokenizer, stops);
    StringBuilder shown = new StringBuilder();
    for (int token : tokenizer.encode(answer, false)) {
      text.add(token);
      shown.append(text.take(text.stopped()));
      if (text.stopped()) {
        break;
      }
    }
    text.finish();
    shown.append(text.take(true));
    assertThat(shown).hasToString(text.toString());
    return text.toString();
  }
}
