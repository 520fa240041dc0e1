package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.cli.CommandRun;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.tornado.TornadoBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench commands from end to end on a micro model. */
final class BenchCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LAYERS = 4;

  @TempDir static Path folder;
  private static String model;

  @BeforeAll
  static void writeModel() {
    model = MicroModel.defaults().withLayers(LAYERS).write(folder.resolve("micro.gguf")).toString();
  }

  @Test
  void missingPeersAreToldAndNeverZero() throws IOException {
    CommandRun run =
        bench(
            "peers --llama-cpp %s --turns 2 --warm-ups 0 --prompt-tokens 40 --generate 20"
                    .formatted(folder)
                + " --format json");

    assertThat(run.status()).as(run.err()).isZero();
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.get("missing").fieldNames())
        .toIterable()
        .containsExactly("llama.cpp", "jlama", "llama3.java");
    assertThat(json.get("missing").get("llama3.java").asText()).contains("--llama3-java");
    assertThat(json.get("results").findValuesAsText("name"))
        .containsExactly("peers/skipstone/pp40", "peers/skipstone/tg20");
    assertThat(run.err()).contains("missing: jlama: ", "missing: llama.cpp: ");
  }

  @Test
  void skipstoneCanBeMeasuredAlone() throws IOException {
    CommandRun run =
        bench("peers --peers none --turns 1 --warm-ups 0 --prompt-tokens 9 --generate 9");

    assertThat(run.out()).contains("peers/skipstone/pp9", "tokens/s").doesNotContain("missing");
    assertThat(run.status()).isZero();
  }

  @Test
  void contextIsTimedAndDrawn() throws IOException {
    Path plot = folder.resolve("plot.png");
    CommandRun run =
        bench("context --lengths 10,100 --warm-ups 1 --runs 2 --format json --plot " + plot);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(JSON.readTree(run.out()).get("results").findValuesAsText("name"))
        .containsExactly("context/10", "context/100", "context/100");
    assertThat(ImageIO.read(plot.toFile()).getHeight()).isPositive();
    assertThat(bench("context --lengths 10,5000").err()).contains("no room in the context of 256");
  }

  @Test
  void markdownIsATable() {
    CommandRun run = bench("pass --rows 1,2 --warm-ups 0 --runs 1 --format markdown");

    assertThat(run.out().lines())
        .contains("| name | metric | unit | median | min | max | runs |")
        .anyMatch(line -> line.matches(".*; weights: .* in the file, repacked to .* in .* s.*"))
        .anyMatch(line -> line.startsWith("| pass/rows=2 | ratio | 1 | "));
    assertThat(run.status()).isZero();
  }

  @Test
  void launchesAreCountedForThePassAndForALayer() throws IOException {
    System.setProperty(TornadoBackend.HOST_PROPERTY, "true");
    try {
      CommandRun run =
          bench("pass --backend tornado --rows 1,2 --warm-ups 0 --runs 1 --format json");

      assertThat(run.status()).as(run.err()).isZero();
      Map<String, Double> medians = new HashMap<>();
      JSON.readTree(run.out())
          .get("results")
          .forEach(result ->
              medians.put(
                  result.get("name").asText() + " " + result.get("metric").asText(),
                  result.get("median").asDouble()));
      for (String name : List.of("pass/rows=1 ", "pass/rows=2 ")) {
        assertThat(medians).containsKeys(name + "launches", name + "launches_per_layer");
        double ofLayers = medians.get(name + "launches_per_layer") * LAYERS;
        assertThat(medians.get(name + "launches") - ofLayers)
            .as("embedding, output norm, projection, rank")
            .isEqualTo(4);
        assertThat(ofLayers)
            .as("at least three of attention, two of an MLP")
            .isGreaterThanOrEqualTo(5 * LAYERS);
      }
    } finally {
      System.clearProperty(TornadoBackend.HOST_PROPERTY);
    }
  }

  @Test
  void rooflineHasARowForEachPart() {
    CommandRun run = bench("roofline --rows 1,20 --warm-ups 0 --runs 1 --format markdown");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .contains(
            "| name | bandwidth (GB/s) | operations (GFLOP/s) | time (s) | bytes (MB)"
                + " | bandwidth_share | operations_share |")
        .anyMatch(line -> line.startsWith("| roofline/mlp/rows=20 |"));
    CommandRun kernels = bench("roofline --kernels --rows 1 --warm-ups 0 --runs 1");
    assertThat(kernels.status()).as(kernels.err()).isZero();
    assertThat(kernels.out()).contains("types=F16", "kernel/product/f16/rows=1");
    assertThat(bench("roofline --rows 1000").err()).contains("--rows is 1000, more than the");
  }

  @Test
  void figuresThatGotWorseFail() throws IOException {
    String command = "pass --rows 1 --warm-ups 0 --runs 1 --format json --check-against ";

    CommandRun worse = bench(command + old("pass/rows=1", 1e-12));
    assertThat(worse.status()).isEqualTo(1);
    assertThat(worse.err()).contains("worse: pass/rows=1 time, median ", "1 of 1 figure worse");
    assertThat(JSON.readTree(worse.out()).has("results")).isTrue();

    CommandRun better = bench(command + old("pass/rows=1", 1e6));
    assertThat(better.status()).isZero();
    assertThat(better.err()).contains("0 of 1 figure worse");

    CommandRun other = bench(command + old("decode/none/all", 1));
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err())
        .contains(
            "only in the earlier run: decode/none/all time",
            "only in this run: pass/rows=1 time",
            "it is of another command");
  }

  @Test
  void anEarlierRunThatCantBeReadFailsBeforeAnythingIsMeasured() {
    CommandRun run = bench("pass --check-against " + model);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(bench("pass --check-against " + folder.resolve("none")).status()).isEqualTo(1);
  }

  private static Path old(String name, double seconds) throws IOException {
    return Files.writeString(
        folder.resolve("old.json"),
        "{\"results\": [{\"name\": \"%s\", \"metric\": \"time\", \"runs\": [%s]}]}"
            .formatted(name, seconds));
  }

  private static CommandRun bench(String command) {
    List<String> words = new ArrayList<>(List.of("bench"));
    words.addAll(List.of(command.split(" ")));
    words.addAll(List.of("--model", model));
    return CommandRun.of(words.toArray(String[]::new));
  }
}
