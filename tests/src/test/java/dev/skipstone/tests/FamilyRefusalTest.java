package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.cli.CommandRun;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.Backend;
import dev.skipstone.tornado.TornadoBackend;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not run a family yet says so, and what reads its folder tells what it is. */
final class FamilyRefusalTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/hf");

  @TempDir Path folder;

  @Test
  void tornadoRefusesLayersThatRotateDifferently() throws IOException {
    Backend tornado =
        Backend.all().stream()
            .filter(one -> one.name().equals("tornado"))
            .findFirst()
            .orElseThrow();
    FamilyCheckpoint checkpoint =
        FamilyCheckpoint.read("gemma3-scaled")
            .with("rope_parameters/sliding_attention/partial_rotary_factor", "0.5");
    try (Model model = Model.open(checkpoint.write(folder))) {
      assertThatThrownBy(() -> tornado.plan(model, 1, 64))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("some layers rotate 8 channels of a head and others 16")
          .hasMessageContaining("--backend cpu");
    }
  }

  @Test
  void withoutAChatTemplateTrainingAsksForTexts() {
    CommandRun run =
        CommandRun.of(
            "adapt",
            "--model",
            FOLDER.resolve("gemma3-text").toString(),
            "--out",
            folder.resolve("a.s3d.safetensors").toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("gemma3-text: has no chat template", "--text, or --tokens")
        .hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void inspectTellsOfAFolder() throws IOException {
    CommandRun run =
        CommandRun.of(
            "inspect", "--format", "json", "--model", FOLDER.resolve("phi3-fused").toString());
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode told = new ObjectMapper().readTree(run.out());
    assertThat(told.get("format").asText()).isEqualTo("safetensors");
    assertThat(told.get("architecture").get("name").asText()).isEqualTo("phi3");
    assertThat(told.get("tensors")).hasSize(39);
    assertThat(told.get("metadata").get("model_type").asText()).isEqualTo("phi3");
    assertThat(told.get("memory").get("total").asLong()).isPositive();
  }

  /** A session's cache is filled anew where a longer answer turns its keys by other angles. */
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "tornado"})
  void aLongerAnswerTakesTheLongFactorsThroughout(String backend) throws IOException {
    System.setProperty(TornadoBackend.HOST_PROPERTY, "true");
    FamilyCheckpoint checkpoint = FamilyCheckpoint.read("phi3-short");
    int[] tokens = checkpoint.tokens();
    GenerationOptions options = GenerationOptions.defaults().withDraft(DraftMethod.none());
    EngineOptions oneThread = EngineOptions.defaults().withThreads(1).withBackend(backend, 0);
    try (Engine engine = Engine.load(checkpoint.write(folder), oneThread);
        Session used = engine.openSession();
        Session fresh = engine.openSession()) {
      used.generate(tokens, options.withMaxTokens(2)).forEachRemaining(step -> {});
      int[] after = FamilyCheck.tokens(used.generate(tokens, options.withMaxTokens(120)));
      int[] expected = FamilyCheck.tokens(fresh.generate(tokens, options.withMaxTokens(120)));
      assertThat(after).containsExactly(expected);
      int[] few = FamilyCheck.tokens(fresh.generate(tokens, options.withMaxTokens(16)));
      new FamilyCheck(checkpoint.json()).assertGreedy(few);
    } finally {
      System.clearProperty(TornadoBackend.HOST_PROPERTY);
    }
  }
}
