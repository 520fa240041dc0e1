package dev.skipstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.sampling.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  private static final MicroModel MICRO = MicroModel.defaults().withLayers(1).withContext(48);
  private static final EngineOptions OPTIONS = EngineOptions.defaults().withThreads(1);

  @TempDir static Path folder;
  private static Path file;

  @BeforeAll
  static void write() {
    file = MICRO.write(folder.resolve("micro.gguf"));
  }

  @Test
  void theDefaultsFillThemselvesIn() {
    try (Engine engine = Engine.load(file)) {
      assertThat(engine.context()).isEqualTo(48);
      assertThat(engine.device().backend()).isEqualTo("cpu");
      assertThat(engine.options().threads()).isPositive();
      assertThat(engine.memory().total()).isPositive();
      assertThat(engine.model().name()).isEqualTo("micro");
    }
  }

  @Test
  void whatLoadingTookIsTold() {
    try (Engine engine = Engine.load(file)) {
      Loading loading = engine.loading();
      assertThat(loading.deviceBytes()).isEqualTo(engine.memory().weights());
      // Two bytes a weight of the matrices, and the norms in float32.
      assertThat(loading.fileBytes()).isBetween(100_000L, Files.size(file));
      assertThat(loading.seconds()).isPositive();
      assertThat(engine.choices()).as("before the first pass").allMatch(line -> line.contains(":"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void backendsAndDevicesThatAreNotThere() {
    refused(
        () -> Engine.load(file, OPTIONS.withBackend("gpu", 0)).close(),
        "there is no backend 'gpu', only cpu");
    refused(
        () -> Engine.load(file, OPTIONS.withBackend("cpu", 3)).close(),
        "backend cpu has no device 3, only 0 to 0");
  }

  @Test
  void aContextLongerThanTheModels() {
    refused(
        () -> Engine.load(file, OPTIONS.withContext(49)).close(),
        "a context of 49 positions is longer than the model's 48 (--context)");
  }

  @Test
  void aMissingFile() {
    assertThatThrownBy(() -> Engine.load(folder.resolve("none.gguf")).close())
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("none.gguf");
  }

  @Test
  void logitsOfWhatIsNotThere() {
    try (Engine engine = Engine.load(file, OPTIONS)) {
      LayerPath full = LayerPath.full(1);
      refused(() -> engine.logits(new int[0], full), "0 tokens, not 1 to the context's 48");
      refused(() -> engine.logits(new int[49], full), "49 tokens, not 1 to the context's 48");
      refused(() -> engine.logits(new int[] {300}, full), "token 300 (at place 0)");
      refused(() -> engine.logits(new int[] {3}, full, 1), "row 1 is not in 0 to 0");
      refused(() -> engine.logits(new int[] {3}, full, -1), "row -1");
      assertThat(engine.logits(new int[48], full).length).isZero();
    }
  }

  @Test
  void textIsEncodedAsItIsOrBehindTheBeginToken() {
    try (Engine engine = Engine.load(file, OPTIONS)) {
      int[] tokens = engine.model().tokenizer().encode("hello you", true);
      int[] encoded = engine.encodeText("hello you");
      if (engine.model().tokenizer().beginToken().isEmpty()) {
        assertThat(encoded).isEqualTo(tokens);
      }
    }
    Path begins =
        MICRO
            .writer()
            .without("tokenizer.ggml.add_bos_token")
            .bool("tokenizer.ggml.add_bos_token", true)
            .write(folder.resolve("begins.gguf"));
    try (Engine engine = Engine.load(begins, OPTIONS)) {
      int[] tokens = engine.model().tokenizer().encode("hello you", true);
      assertThat(engine.encodeText("hello you")).startsWith(1).endsWith(tokens);
      assertThat(engine.encodeText("hello you")).hasSize(tokens.length + 1);
    }
  }

  @Test
  void aModelWithoutAChatTemplate() {
    Path plain =
        MICRO.writer().without("tokenizer.chat_template").write(folder.resolve("plain.gguf"));
    try (Engine engine = Engine.load(plain, OPTIONS)) {
      refused(() -> engine.encodeChat(List.of(ChatMessage.user("hello"))), "has no chat template");
    }
  }

  @Test
  void optionsOutOfRange() {
    refused(() -> OPTIONS.withBackend("cpu", -1), "device index -1 is negative");
    refused(() -> OPTIONS.withThreads(0), "threads is 0, not between 1 and 1024");
    refused(() -> OPTIONS.withThreads(1025), "threads is 1025");
    refused(() -> OPTIONS.withContext(-1), "context is -1, not 0 or more positions");
  }

  @Test
  void generationOptionsOutOfRange() {
    GenerationOptions options = GenerationOptions.defaults();
    refused(() -> options.withMaxTokens(0), "max tokens is 0, not 1 or more");
    refused(() -> options.withStop("a", ""), "a stop text is empty");
    assertThatThrownBy(() -> options.withSampling(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("sampling");
    assertThatThrownBy(() -> options.withDraft(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("draft");
    assertThat(options.sampling()).isEqualTo(Sampling.greedy());
    assertThat(options.withDraft(DraftMethod.none()).draft().name()).isEqualTo("none");
    assertThat(options.withStop("x").stop()).containsExactly("x");
  }

  @Test
  void ratesOfFigures() {
    SpeculationStats stats = new SpeculationStats(1, 10, 1, 21, 4, 8, 6, 24, 12, 1.5, 2);
    assertThat(stats.tokensPerSecond()).isEqualTo(5);
    assertThat(stats.tokensPerIteration()).isEqualTo(2.5);
    assertThat(stats.acceptanceRate()).isEqualTo(0.5);
    assertThat(stats.otherSeconds()).isEqualTo(0.5);
    // The first token of each answer is in no rate: two alike answers have the rates of one.
    SpeculationStats two = SpeculationStats.ZERO.plus(stats).plus(stats);
    assertThat(two.generatedTokens()).isEqualTo(42);
    assertThat(two.tokensPerSecond()).isEqualTo(5);
    assertThat(two.tokensPerIteration()).isEqualTo(2.5);
    assertThat(SpeculationStats.ZERO.tokensPerSecond()).isZero();
    assertThat(SpeculationStats.ZERO.tokensPerIteration()).isZero();
    assertThat(SpeculationStats.ZERO.acceptanceRate()).isZero();
    assertThat(SpeculationStats.ZERO.otherSeconds()).isZero();
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
