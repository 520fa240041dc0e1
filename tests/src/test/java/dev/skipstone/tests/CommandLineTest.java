package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.cli.CommandRun;
import dev.skipstone.model.testing.MicroModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands from end to end on a micro model: what scripts rely on. */
final class CommandLineTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static String model;

  @BeforeAll
  static void writeModel() {
    model = MicroModel.defaults().write(folder.resolve("micro.gguf")).toString();
  }

  @Test
  void generatePrintsTheDocumentedFields() throws IOException {
    JsonNode answer =
        json("generate", "--prompt", "hello", "--max-tokens", "12", "--format", "json");

    assertThat(names(answer)).containsExactly("id", "tokens", "text", "finish_reason", "stats");
    JsonNode stats = answer.get("stats");
    assertThat(names(stats))
        .containsExactly(
            "prompt_tokens",
            "prompt_seconds",
            "generated_tokens",
            "decode_seconds",
            "tokens_per_second",
            "iterations",
            "drafted_iterations",
            "drafted",
            "accepted",
            "tokens_per_iteration",
            "draft_seconds",
            "verify_seconds",
            "other_seconds",
            "memory");
    assertThat(names(stats.get("memory")))
        .containsExactly("weights", "kv_cache", "scratch", "adapter", "peak");
    assertThat(answer.get("tokens")).hasSizeBetween(1, 12);
    assertThat(stats.get("generated_tokens").asInt()).isEqualTo(answer.get("tokens").size());
    assertThat(answer.get("finish_reason").asText()).isIn("stop", "length");
    assertThat(stats.get("memory").get("peak").asLong()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"skip", "ngram"})
  void draftingGivesTheTokensOfPlainDecoding(String draft) throws IOException {
    JsonNode plain = tokensWith("--draft", "none");

    assertThat(plain).hasSizeGreaterThan(10);
    assertThat(tokensWith("--draft", draft)).isEqualTo(plain);
    assertThat(tokensWith("--draft", draft, "--threads", "1", "--draft-tokens", "7"))
        .isEqualTo(plain);
  }

  @Test
  void theSkippedLayersCanBeChosen() throws IOException {
    assertThat(tokensWith("--skip-attention", "1-2", "--skip-mlp", "2"))
        .isEqualTo(tokensWith("--draft", "none"));
  }

  @Test
  void aSeedRepeatsASample() throws IOException {
    JsonNode first = tokensWith("--temperature", "1", "--top-p", "0.9", "--seed", "7");

    assertThat(tokensWith("--temperature", "1", "--top-p", "0.9", "--seed", "7")).isEqualTo(first);
    assertThat(tokensWith("--temperature", "1", "--top-p", "0.9", "--seed", "8"))
        .isNotEqualTo(first);
  }

  private JsonNode tokensWith(String... options) throws IOException {
    List<String> args =
        new ArrayList<>(List.of("generate", "--tokens", "5,6,7,8,5,6,7", "--max-tokens", "60"));
    args.addAll(List.of(options));
    args.addAll(List.of("--format", "json"));
    return json(args.toArray(String[]::new)).get("tokens");
  }

  @Test
  void requestsAreAnsweredALineEach() throws IOException {
    Path requests =
        Files.writeString(
            folder.resolve("requests.jsonl"),
            """
            {"id": "a", "prompt": "hello", "max_tokens": 3}
            {"id": 17, "messages": [{"role": "user", "content": "in the"}]}

            {"tokens": [5, 6, 7], "max_tokens": 1}
            """);

    CommandRun run =
        run("generate", "--requests", requests.toString(), "--max-tokens", "5", "--format", "json");

    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(JSON.readTree(lines.get(0)).get("id").asText()).isEqualTo("a");
    assertThat(JSON.readTree(lines.get(0)).get("tokens")).hasSizeBetween(1, 3);
    assertThat(JSON.readTree(lines.get(1)).get("id").intValue()).isEqualTo(17);
    assertThat(JSON.readTree(lines.get(1)).get("tokens")).hasSizeBetween(1, 5);
    assertThat(JSON.readTree(lines.get(2)).get("tokens")).hasSize(1);
  }

  @Test
  void logitsOfTheRowsThatWereAskedFor() throws IOException {
    JsonNode all = json("logits", "--tokens", "5,6,7", "--rows", "0,2", "--format", "json");

    assertThat(names(all)).containsExactly("rows");
    assertThat(all.get("rows")).hasSize(2);
    assertThat(names(all.get("rows").get(0))).containsExactly("row", "logits");
    assertThat(all.get("rows").get(1).get("row").asInt()).isEqualTo(2);
    assertThat(all.get("rows").get(1).get("logits")).hasSize(288);
    assertThat(json("logits", "--tokens", "5", "--format", "json").get("rows").get(0))
        .isEqualTo(all.get("rows").get(0));
    assertThat(
            json("logits", "--tokens", "5", "--skip-mlp", "1", "--format", "json")
                .get("rows")
                .get(0))
        .isNotEqualTo(all.get("rows").get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello in the",
        "",
        " ",
        "a\nb\tc",
        "äöü → 🙂 مرحبا",
        "<|im_end|>",
        "\u0000\u007f"
      })
  void textGoesToTokensAndBack(String text) throws IOException {
    JsonNode ids = json("tokenize", "--text", text, "--format", "json").get("ids");

    String list = ids.toString();
    assertThat(
            json(
                    "detokenize",
                    "--tokens",
                    list.substring(1, list.length() - 1).isEmpty() ? "[]" : list,
                    "--format",
                    "json")
                .get("text")
                .asText())
        .isEqualTo(text);
  }

  @Test
  void specialTokensAreReadOnlyOnDemand() throws IOException {
    assertThat(json("tokenize", "--text", "<|im_end|>", "--special", "--format", "json").toString())
        .isEqualTo("{\"ids\":[2]}");
    assertThat(json("tokenize", "--text", "<|im_end|>", "--format", "json").get("ids"))
        .hasSizeGreaterThan(1);
  }

  @Test
  void inspectTellsWhatIsInTheFile() throws IOException {
    JsonNode file = json("inspect", "--format", "json");

    assertThat(names(file)).contains("metadata", "tensors", "memory");
    assertThat(file.get("metadata").get("general.architecture").asText()).isEqualTo("llama");
    assertThat(file.get("tensors")).hasSize(2 + 4 * 9);
    assertThat(names(file.get("memory")))
        .containsExactly("weights", "kv_cache", "scratch", "adapter", "total");
  }

  @Test
  void inspectWritesATensorsValues() throws IOException {
    Path raw = folder.resolve("values.f32");

    run("inspect", "--tensor", "output_norm.weight", "--raw", raw.toString());

    ByteBuffer values = ByteBuffer.wrap(Files.readAllBytes(raw)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(values.remaining()).isEqualTo(64 * 4);
    assertThat(values.getFloat()).isBetween(0.5f, 1.5f);
  }

  @Test
  void inspectTellsInJsonWhatItWrote() throws IOException {
    Path raw = folder.resolve("told.f32");

    JsonNode told =
        json(
            "inspect",
            "--tensor",
            "output_norm.weight",
            "--raw",
            raw.toString(),
            "--format",
            "json");

    assertThat(told.get("tensors").get(0).get("name").asText()).isEqualTo("output_norm.weight");
    assertThat(told.get("raw").asText()).isEqualTo(raw.toString());
    assertThat(raw).hasSize(64 * 4);
  }

  @Test
  void inspectReplacesWhatALinkLeadsToAndKeepsTheLink() throws IOException {
    Path raw = Files.writeString(folder.resolve("linked.f32"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.f32"), raw);

    run("inspect", "--tensor", "output_norm.weight", "--raw", link.toString());

    assertThat(link).isSymbolicLink();
    assertThat(raw).hasSize(64 * 4);
  }

  @Test
  void devicesListsTheProcessor() throws IOException {
    JsonNode devices = JSON.readTree(CommandRun.of("devices", "--format", "json").out());

    assertThat(devices.isArray()).isTrue();
    assertThat(names(devices.get(0))).startsWith("backend", "index", "name", "memory", "features");
    assertThat(devices.get(0).get("backend").asText()).isEqualTo("cpu");
  }

  @Test
  void theProcessEndsWithTheStatusAndOneLine() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.skipstone.cli.Skipstone",
            "generate",
            "--tokens",
            "5,999999",
            "--model",
            model);
    Path out = folder.resolve("process.out");
    Path err = folder.resolve("process.err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(out).isEmptyFile();
    // The JVM says of its own that an incubator module is in use.
    assertThat(Files.readAllLines(err).stream().filter(line -> !line.startsWith("WARNING")))
        .singleElement()
        .asString()
        .contains("token 999999 is not in the vocabulary");
  }

  private static CommandRun run(String... args) {
    String[] all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--model";
    all[args.length + 1] = model;
    CommandRun run = CommandRun.of(all);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  private static JsonNode json(String... args) throws IOException {
    CommandRun run = run(args);
    assertThat(run.out()).endsWith("\n").hasLineCount(1);
    return JSON.readTree(run.out());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
