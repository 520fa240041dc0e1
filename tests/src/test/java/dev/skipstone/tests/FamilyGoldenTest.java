package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.cli.CommandRun;
import dev.skipstone.runtime.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tiny checkpoints of the families against Hugging Face transformers' float32 arithmetic. */
final class FamilyGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Path> checkpoints() throws IOException {
    return Golden.checkpoints();
  }

  private static FamilyCheck check(Path folder) throws IOException {
    return new FamilyCheck(JSON.readTree(folder.resolve("expected.json").toFile()));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void logitsAndGreedyTokens(Path folder) throws IOException {
    FamilyCheck check = check(folder);
    try (Engine engine = FamilyCheck.load(folder, 2)) {
      check.assertLogits(engine);
      check.assertGreedy(engine);
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void draftingGivesTheTokensOfPlainDecoding(Path folder) throws IOException {
    check(folder).assertLossless(folder);
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void theCommandLineTakesTheFolder(Path folder) throws IOException {
    FamilyCheck check = check(folder);
    String tokens =
        Arrays.stream(check.tokens()).mapToObj(Integer::toString).collect(Collectors.joining(","));

    JsonNode row = run(folder, "logits", "--tokens", tokens).get("rows").get(0);
    JsonNode answer =
        run(folder, "generate", "--tokens", tokens, "--max-tokens", "24", "--temperature", "0");

    assertThat(row.get("row").asInt()).isEqualTo(check.tokens().length - 1);
    float[] logits = new float[row.get("logits").size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = row.get("logits").get(i).floatValue();
    }
    check.assertLastRow(logits);
    check.assertGreedy(Golden.ints(answer.get("tokens")));
  }

  private static JsonNode run(Path folder, String command, String... arguments) throws IOException {
    String[] all =
        Stream.concat(
                Stream.of(command, "--model", folder.toString(), "--format", "json"),
                Stream.of(arguments))
            .toArray(String[]::new);
    CommandRun run = CommandRun.of(all);
    assertThat(run.status()).as(run.err()).isZero();
    return JSON.readTree(run.out());
  }
}
