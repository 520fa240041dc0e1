package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.cli.CommandRun;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tiny checkpoints of the families against Hugging Face transformers' float32 arithmetic. */
final class FamilyGoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/hf");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A logit's error as a share of the largest. */
  private static final double SHARE = 1e-2;

  static List<Path> checkpoints() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static JsonNode expected(Path folder) throws IOException {
    return JSON.readTree(folder.resolve("expected.json").toFile());
  }

  private static Engine load(Path folder, int threads) {
    return Engine.load(folder, EngineOptions.defaults().withThreads(threads));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void logits(Path folder) throws IOException {
    JsonNode expected = expected(folder);
    int[] rows = Golden.ints(expected.get("logits_rows"));
    try (Engine engine = load(folder, 2)) {
      float[][] logits =
          engine.logits(
              Golden.ints(expected.get("tokens")),
              LayerPath.full(engine.model().hyperParameters().layers()),
              rows);
      for (int i = 0; i < rows.length; i++) {
        assertNear(logits[i], Golden.doubles(expected.get("logits").get(i)), "row " + rows[i]);
      }
    }
  }

  private static void assertNear(float[] logits, double[] expected, String where) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    double error =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(logits[i] - expected[i]))
            .max()
            .orElseThrow();
    assertThat(error / largest).as(where).isLessThan(SHARE);
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void greedyTokensUpToNearTies(Path folder) throws IOException {
    JsonNode expected = expected(folder);
    int[] greedy = Golden.ints(expected.get("greedy"));
    try (Engine engine = load(folder, 2)) {
      int[] answer = answer(engine, expected, greedy.length, DraftMethod.none());
      assertGreedy(answer, expected);
    }
  }

  /** A token may be another one only where the best two logits are near to each other. */
  private static void assertGreedy(int[] answer, JsonNode expected) {
    int[] greedy = Golden.ints(expected.get("greedy"));
    double[] margins = Golden.doubles(expected.get("greedy_margins"));
    double largest =
        Arrays.stream(Golden.doubles(expected.get("logits").get(expected.get("logits").size() - 1)))
            .map(Math::abs)
            .max()
            .orElseThrow();
    for (int i = 0; i < greedy.length; i++) {
      if (i >= answer.length || answer[i] != greedy[i]) {
        assertThat(margins[i])
            .as("token %d: %s instead of %s", i, Arrays.toString(answer), Arrays.toString(greedy))
            .isLessThan(2 * SHARE * largest);
        return;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void draftingGivesTheTokensOfPlainDecoding(Path folder) throws IOException {
    JsonNode expected = expected(folder);
    try (Engine one = load(folder, 1);
        Engine two = load(folder, 2)) {
      int[] plain = answer(one, expected, 60, DraftMethod.none());
      LayerPath skipped =
          LayerPath.skipping(
              one.model().hyperParameters().layers(), new int[] {1, 3}, new int[] {2});
      for (DraftMethod method :
          List.of(DraftMethod.none(), DraftMethod.skip(skipped, 4), DraftMethod.ngram(8))) {
        DraftMethod always = DraftMethod.uncontrolled(method);
        assertThat(answer(two, expected, 60, always)).as(method.name()).containsExactly(plain);
      }
    }
  }

  private static int[] answer(Engine engine, JsonNode expected, int tokens, DraftMethod method) {
    GenerationOptions options =
        GenerationOptions.defaults().withMaxTokens(tokens).withDraft(method);
    try (Session session = engine.openSession();
        Generation answer = session.generate(Golden.ints(expected.get("tokens")), options)) {
      IntStream.Builder all = IntStream.builder();
      answer.forEachRemaining(step -> Arrays.stream(step.tokens()).forEach(all::add));
      return all.build().toArray();
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void theCommandLineTakesTheFolder(Path folder) throws IOException {
    JsonNode expected = expected(folder);
    String tokens =
        Arrays.stream(Golden.ints(expected.get("tokens")))
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(","));

    JsonNode logits = run(folder, "logits", "--tokens", tokens);
    JsonNode answer =
        run(folder, "generate", "--tokens", tokens, "--max-tokens", "24", "--temperature", "0");

    float[] last = new float[320];
    JsonNode row = logits.get("rows").get(0);
    Arrays.setAll(new Object[last.length], i -> last[i] = row.get("logits").get(i).floatValue());
    assertThat(row.get("row").asInt()).isEqualTo(39);
    JsonNode ofLast = expected.get("logits").get(expected.get("logits").size() - 1);
    assertNear(last, Golden.doubles(ofLast), "row 39");
    assertGreedy(Golden.ints(answer.get("tokens")), expected);
  }

  private static JsonNode run(Path folder, String command, String... arguments)
      throws IOException {
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
