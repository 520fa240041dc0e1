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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drafting with a separate model on the command line, from end to end on micro models. */
final class ModelDraftCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MicroModel MICRO = MicroModel.defaults();

  @TempDir static Path folder;
  private static Path model;
  private static Path draft;

  @BeforeAll
  static void writeFiles() {
    model = MICRO.write(folder.resolve("micro.gguf"));
    draft = MICRO.withLayers(2).withContext(64).write(folder.resolve("small.gguf"));
  }

  @Test
  void generateGivesTheTokensOfPlainDecoding() throws IOException {
    JsonNode plain = answer("--draft none");
    CommandRun run =
        generate("--draft model --draft-tokens 3 --format json --draft-model " + draft);
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode answer = JSON.readTree(run.out());
    assertThat(answer.get("tokens")).hasSizeGreaterThan(10).isEqualTo(plain.get("tokens"));
    JsonNode memory = answer.get("stats").get("memory");
    assertThat(memory.get("draft_model").asLong()).isPositive();
    assertThat(memory.get("weights")).isEqualTo(plain.get("stats").get("memory").get("weights"));
    assertThat(plain.get("stats").get("memory").has("draft_model")).isFalse();
    assertThat(run.err()).contains("draft model small.gguf: weights ", "KV cache ", "scratch ");
  }

  /** Sampling drafts from the first token on; a greedy answer waits for its costs to be known. */
  @Test
  void samplingDraftsFromTheStart() throws IOException {
    String options = "--temperature 1 --seed 3 --draft model --draft-model " + draft;
    JsonNode first = answer(options);
    assertThat(first.get("stats").get("drafted").asInt()).isPositive();
    assertThat(answer(options).get("tokens")).isEqualTo(first.get("tokens"));
  }

  /** The device's own sampler can't read another runner's logits. */
  @Test
  void samplesOnTheTornadoBackend() throws IOException {
    System.setProperty(TornadoBackend.HOST_PROPERTY, "true");
    try {
      String options = "--backend tornado --draft model --draft-model " + model;
      JsonNode greedy = answer(options);
      assertThat(greedy.get("tokens"))
          .isEqualTo(answer("--backend tornado --draft none").get("tokens"));
      JsonNode sampled = answer(options + " --temperature 1");
      assertThat(sampled.get("stats").get("drafted").asInt()).isPositive();
      assertThat(sampled.get("stats").get("accepted"))
          .isEqualTo(sampled.get("stats").get("drafted"));
    } finally {
      System.clearProperty(TornadoBackend.HOST_PROPERTY);
    }
  }

  @Test
  void benchDecodeComparesIt() throws IOException {
    Path questions =
        Files.writeString(
            folder.resolve("questions.jsonl"),
            "{\"question_id\": 1, \"category\": \"coding\", \"turns\": [\"hello\"]}");
    CommandRun run =
        run(
            "bench decode --drafts model --always --max-tokens 8 --format json --questions "
                + questions
                + " --draft-model "
                + draft);
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode shown = JSON.readTree(run.out());
    assertThat(shown.get("results").findValuesAsText("name"))
        .contains("decode/none/all", "decode/model/all");
    assertThat(shown.toString()).contains("\"draft_model\":\"small.gguf\"");
  }

  @Test
  void chatChangesToItOnlyWithADraftModel() {
    CommandRun with =
        CommandRun.withInput(
            "hello\n/draft none\nhello\n/draft model\nhello\n/reset\nhello\n",
            ("chat --max-tokens 8 --draft model --model " + model + " --draft-model " + draft)
                .split(" "));
    assertThat(with.status()).as(with.err()).isZero();
    assertThat(with.err()).contains("draft is none", "draft is model");
    CommandRun without =
        CommandRun.withInput("/draft model\n", "chat", "--model", model.toString());
    assertThat(without.err()).contains("start with --draft model --draft-model FILE");
  }

  @Test
  void whatIsWrongWithADraftModelIsOneLine() {
    fails("missing.gguf", "missing.gguf: no such file; --draft-model takes");
    Path other = MICRO.withVocabulary(280).write(folder.resolve("other.gguf"));
    fails(
        other.toString(),
        "the draft model other.gguf has another vocabulary than micro.gguf: 280 tokens there");
  }

  private static void fails(String file, String problem) {
    CommandRun run = generate("--draft model --draft-model " + file);
    assertThat(run.status()).as(file).isEqualTo(1);
    assertThat(run.err()).contains(problem).hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }

  private static JsonNode answer(String options) throws IOException {
    CommandRun run = generate(options + " --format json");
    assertThat(run.status()).as(run.err()).isZero();
    return JSON.readTree(run.out());
  }

  private static CommandRun generate(String options) {
    return run("generate --max-tokens 12 --tokens 5,6,7,8,5,6,7 " + options);
  }

  private static CommandRun run(String command) {
    return CommandRun.of((command + " --model " + model).split(" "));
  }
}
