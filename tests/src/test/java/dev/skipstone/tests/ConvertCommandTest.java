package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.cli.CommandRun;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.model.testing.MicroModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code convert} and {@code --quantize} from end to end. */
final class ConvertCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_SECONDS = 120;

  @TempDir Path folder;
  private Path model;
  private Path out;

  @BeforeEach
  void write() {
    model = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    out = folder.resolve("out.gguf");
  }

  private CommandRun convert(String... more) {
    List<String> words = new ArrayList<>(List.of("convert", "--model", "" + model, "" + out));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f16", "q8_0", "Q4_0"})
  void loadingInATypeComputesWhatTheConvertedFileDoes(String type) {
    CommandRun made = convert("--quantize", type);
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.err()).contains("out.gguf", "matrices in " + type.toUpperCase(Locale.ROOT));
    assertThat(made.out()).isEmpty();

    String[] logits = {"logits", "--tokens", "5,6,7", "--format", "json", "--model"};
    CommandRun loaded = run(logits, "" + model, "--quantize", type);
    CommandRun converted = run(logits, "" + out);

    assertThat(loaded.status()).as(loaded.err()).isZero();
    assertThat(loaded.out()).isEqualTo(converted.out()).contains("\"logits\"");
  }

  private static CommandRun run(String[] first, String... more) {
    List<String> words = new ArrayList<>(List.of(first));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }

  @Test
  void jsonTellsWhatWasWritten() throws IOException {
    CommandRun made = convert("--quantize", "q8_0", "--format", "json");

    JsonNode told = JSON.readTree(made.out());
    assertThat(told.get("file").asText()).isEqualTo(out.toString());
    assertThat(told.get("bytes").asLong()).isEqualTo(Files.size(out));
    assertThat(told.get("resumed_at").asLong()).isZero();
    assertThat(told.get("notes")).isEmpty();
  }

  @Test
  void aFileThatIsThereIsKeptUnlessToldOtherwise() throws IOException {
    Files.writeString(out, "mine");

    CommandRun refused = convert("--quantize", "f16");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).hasLineCount(1).contains("out.gguf: is there already; --overwrite");
    assertThat(out).hasContent("mine");

    assertThat(convert("--quantize", "f16", "--overwrite").status()).isZero();
    assertThat(Files.size(out)).isGreaterThan(1000);
  }

  @Test
  void theModelItselfIsRefused() {
    out = model;
    CommandRun refused = convert("--quantize", "f16", "--overwrite");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).hasLineCount(1).contains("it is the model itself");
  }

  @Test
  void aGgufFileNeedsATypeToBecome() {
    CommandRun refused = convert();
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).hasLineCount(1).contains("--quantize says");
  }

  @Test
  void aFolderWithoutATokenizerIsToldOf() throws IOException {
    model = FamilyCheckpoint.read("llama-odd").write(folder.resolve("checkpoint"));

    CommandRun made = convert();

    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.err()).contains("the file has no tokenizer");
    String[] ask = {"generate", "--max-tokens", "3", "--model", "" + out};
    assertThat(run(ask, "--tokens", "1,2,3").status()).isZero();
    CommandRun text = run(ask, "--prompt", "hello", "--raw");
    assertThat(text.status()).isEqualTo(1);
    assertThat(text.err()).contains("has no tokenizer, so that it takes token ids (--tokens)");
  }

  /** A process that is killed as hard as can be, in the middle, and one that goes on. */
  @Test
  void aKilledConversionGoesOnToTheSameBytes() throws Exception {
    model =
        MicroModel.defaults()
            .withLayers(6)
            .withSizes(512, 2048)
            .withHeads(8, 8, 64)
            .withMatrices(TensorType.F32)
            .write(folder.resolve("larger.gguf"));
    assertThat(convert("--quantize", "q8_0").status()).isZero();
    byte[] whole = Files.readAllBytes(out);
    Files.delete(out);

    Process process = start();
    try {
      Path state = folder.resolve("out.gguf.part.state");
      while (process.isAlive() && !Files.exists(state)) {
        Thread.sleep(1);
      }
      process.destroyForcibly();
      assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    // It may have been quicker than the kill; either way there is nothing half-written.
    if (Files.exists(out)) {
      assertThat(Files.readAllBytes(out)).isEqualTo(whole);
      return;
    }
    assertThat(folder.resolve("out.gguf.part")).exists();

    CommandRun resumed = convert("--quantize", "q8_0");

    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("gone on with at");
    assertThat(Files.readAllBytes(out)).isEqualTo(whole);
    assertThat(folder.resolve("out.gguf.part")).doesNotExist();
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.skipstone.cli.Skipstone",
            "convert",
            "--model",
            model.toString(),
            out.toString(),
            "--quantize",
            "q8_0")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  @Test
  void inspectTellsWhereAModelRunsAndWhy() throws IOException {
    Path checkpoint = FamilyCheckpoint.read("gemma2").write(folder.resolve("checkpoint"));

    JsonNode told = inspect(checkpoint, "--context", "16");

    assertThat(told.get("architecture").get("name").asText()).isEqualTo("gemma2");
    assertThat(told.get("context").asInt()).isEqualTo(16);
    assertThat(told.get("parameters").asLong()).isPositive();
    assertThat(told.get("types").get(0).get("type").asText()).isEqualTo("F16");
    assertThat(told.get("text_problem").asText()).contains("tokenizer.json");
    JsonNode cpu = told.get("backends").get(0);
    assertThat(cpu.get("backend").asText()).isEqualTo("cpu");
    assertThat(cpu.get("problem").isNull()).isTrue();
    assertThat(cpu.get("memory")).isEqualTo(told.get("memory"));
    JsonNode tornado = told.get("backends").get(1);
    assertThat(tornado.get("backend").asText()).isEqualTo("tornado");
    assertThat(tornado.get("problem").isNull()).isTrue();
    assertThat(tornado.at("/memory/total").asLong()).isPositive();
    assertThat(told.has("problem")).isFalse();
    assertThat(inspect(checkpoint, "--context", "128").at("/memory/kv_cache").asLong())
        .isGreaterThan(told.at("/memory/kv_cache").asLong());
  }

  @Test
  void inspectTellsWhatAnotherTypeTakes() throws IOException {
    long asItIs = inspect(model).at("/memory/weights").asLong();
    assertThat(inspect(model, "--quantize", "q4_0").at("/memory/weights").asLong())
        .isPositive()
        .isLessThan(asItIs);
  }

  /** What is not known is shown too, with the reason in a line. */
  @ParameterizedTest
  @ValueSource(strings = {"model_type=mamba", "hidden_act=relu", "num_experts=8"})
  void inspectShowsAFolderThatDoesNotRun(String change) throws IOException {
    String[] parts = change.split("=", 2);
    Path checkpoint =
        FamilyCheckpoint.read("llama-odd")
            .with(parts[0], parts[1])
            .write(folder.resolve("checkpoint"));

    JsonNode told = inspect(checkpoint);

    assertThat(told.get("problem").asText()).contains(parts[0]).doesNotContain("\n");
    assertThat(told.get("memory").isNull()).isTrue();
    assertThat(told.get("tensors")).isNotEmpty();
    assertThat(told.get("parameters").asLong()).isPositive();
    CommandRun text = CommandRun.of("inspect", "--model", checkpoint.toString());
    assertThat(text.status()).as(text.err()).isZero();
    assertThat(text.out()).contains("does not run here: ", "million parameters: F16");
  }

  private static JsonNode inspect(Path model, String... more) throws IOException {
    CommandRun run = run(new String[] {"inspect", "--format", "json", "--model", "" + model}, more);
    assertThat(run.status()).as(run.err()).isZero();
    return JSON.readTree(run.out());
  }
}
