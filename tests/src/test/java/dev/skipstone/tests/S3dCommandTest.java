package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.cli.CommandRun;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.testing.RandomAdapter;
import dev.skipstone.tornado.TornadoBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Draft adapters on the command line, from end to end on a micro model. */
final class S3dCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Path model;
  private static Path adapter;
  private static Path bare;

  @BeforeAll
  static void writeFiles() {
    model = MicroModel.defaults().write(folder.resolve("micro.F16.gguf"));
    adapter = RandomAdapter.of(3).write(model, folder.resolve("micro.F16.s3d.safetensors"));
    bare = MicroModel.defaults().write(folder.resolve("bare.gguf"));
  }

  @Test
  void draftsWithTheAdapterBesideTheModel() throws IOException {
    JsonNode plain = JSON.readTree(generate(model, "--draft none --format json").out());
    CommandRun run = generate(model, "--draft s3d --format json");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode answer = JSON.readTree(run.out());
    assertThat(answer.get("tokens")).isEqualTo(plain.get("tokens"));
    assertThat(answer.get("stats").get("memory").get("adapter").asLong()).isPositive();
    assertThat(plain.get("stats").get("memory").get("adapter").asLong()).isZero();
    assertThat(run.err()).contains("draft adapter micro.F16.s3d.safetensors: ");
  }

  @Test
  void draftsOnTheTornadoBackend() throws IOException {
    System.setProperty(TornadoBackend.HOST_PROPERTY, "true");
    try {
      String tornado = " --backend tornado --format json";
      JsonNode plain = JSON.readTree(generate(model, "--draft none" + tornado).out());
      CommandRun run = generate(model, "--draft s3d" + tornado);
      assertThat(run.status()).as(run.err()).isZero();
      JsonNode answer = JSON.readTree(run.out());
      assertThat(answer.get("tokens")).isEqualTo(plain.get("tokens"));
      assertThat(answer.get("stats").get("memory").get("adapter").asLong()).isPositive();
    } finally {
      System.clearProperty(TornadoBackend.HOST_PROPERTY);
    }
  }

  @Test
  void takesAnAdapterByItsName() {
    CommandRun run = generate(bare, "--draft s3d --draft-tokens 2 --adapter " + adapter);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(generate(bare, "--draft none").out());
    assertThat(run.err()).contains("draft s3d: ");
  }

  @Test
  void whatIsWrongWithAnAdapterIsOneLine() throws IOException {
    fails(bare, "--draft s3d", "no draft adapter for micro");
    fails(bare, "--draft s3d --adapter missing.st", "missing.st: no such file");
    Path other = MicroModel.defaults().withSeed(2).write(folder.resolve("other.gguf"));
    fails(other, "--draft s3d --adapter " + adapter, "the adapter is for micro");
    Path cut = folder.resolve("cut.safetensors");
    byte[] sound = Files.readAllBytes(adapter);
    Files.write(cut, Arrays.copyOf(sound, sound.length / 2));
    fails(bare, "--draft s3d --adapter " + cut, "cut.safetensors: tensor ");
    fails(bare, "--draft s3d --adapter " + bare, "bare.gguf: header length at byte 0");
  }

  private static void fails(Path file, String options, String problem) {
    CommandRun run = generate(file, options);
    assertThat(run.status()).as(options).isEqualTo(1);
    assertThat(run.err()).contains(problem).hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void inspectShowsAnAdapter() throws IOException {
    CommandRun text = CommandRun.of("inspect", "--model", adapter.toString());
    assertThat(text.status()).as(text.err()).isZero();
    assertThat(text.out())
        .contains("draft adapter", "up to 4 tokens a pass, for the model micro")
        .contains("layers.0.wq.down", "{\"steps\":0}");
    CommandRun json = CommandRun.of("inspect", "--format", "json", "--model", adapter.toString());
    JsonNode shown = JSON.readTree(json.out());
    assertThat(shown.get("metadata").get("kind").asText()).isEqualTo("s3d");
    assertThat(shown.get("metadata").get("training").get("steps").asInt()).isZero();
    assertThat(shown.get("draft_tokens").asInt()).isEqualTo(4);
    assertThat(shown.get("file_bytes").asLong()).isEqualTo(Files.size(adapter));
    assertThat(shown.get("memory").get("adapter").asLong()).isPositive();
    assertThat(shown.get("tensors")).hasSizeGreaterThan(20);
    Path raw = folder.resolve("scale.f32");
    CommandRun tensor =
        CommandRun.of(
            "inspect",
            "--tensor",
            "bridges.4.scale",
            "--raw",
            raw.toString(),
            "--model",
            adapter.toString());
    assertThat(tensor.status()).as(tensor.err()).isZero();
    assertThat(Files.size(raw)).isEqualTo(64 * 4);
  }

  @Test
  void benchDecodeComparesIt() throws IOException {
    JsonNode shown = bench("decode --drafts s3d --always");
    assertThat(shown.get("results").findValuesAsText("name"))
        .contains("decode/none/all", "decode/s3d/all");
  }

  @Test
  void benchS3dPutsItBesideThePapersModel() throws IOException {
    JsonNode shown = bench("s3d");
    assertThat(shown.get("results").findValuesAsText("name"))
        .contains("s3d/draft=1", "s3d/draft=4", "s3d/model")
        .doesNotContain("s3d/draft=5");
    assertThat(shown.get("results").findValuesAsText("metric"))
        .contains("speedup", "predicted_speedup", "estimated_gpu_speedup", "acceptance");
  }

  private static JsonNode bench(String command) throws IOException {
    Path questions =
        Files.writeString(
            folder.resolve("questions.jsonl"),
            "{\"question_id\": 1, \"category\": \"coding\", \"turns\": [\"hello\"]}");
    CommandRun run =
        CommandRun.of(
            "bench %s --questions %s --max-tokens 8 --format json --model %s"
                .formatted(command, questions, model)
                .split(" "));
    assertThat(run.status()).as(run.err()).isZero();
    return JSON.readTree(run.out());
  }

  @Test
  void chatChangesToItOnlyWithAnAdapter() {
    CommandRun with =
        CommandRun.withInput(
            "/draft none\n/draft s3d\n", "chat", "--draft", "s3d", "--model", model.toString());
    assertThat(with.err()).contains("draft is none", "draft is s3d");
    CommandRun without = CommandRun.withInput("/draft s3d\n", "chat", "--model", model.toString());
    assertThat(without.err()).contains("start with --draft s3d");
  }

  private static CommandRun generate(Path file, String options) {
    return CommandRun.of(
        "generate --tokens 5,6,7,8,5,6,7 --max-tokens 24 --model %s %s"
            .formatted(file, options)
            .split(" "));
  }
}
