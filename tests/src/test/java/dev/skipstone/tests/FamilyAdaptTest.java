package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.adapt.AdapterMaker;
import dev.skipstone.adapt.AdapterPlan;
import dev.skipstone.adapt.TrainingListener;
import dev.skipstone.adapt.TrainingSettings;
import dev.skipstone.adapt.text.Corpus;
import dev.skipstone.cli.CommandRun;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A draft adapter for a tiny checkpoint of each family, trained on what the checkpoint writes. */
final class FamilyAdaptTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withThreads(2).withContext(128);

  @TempDir private Path folder;

  static List<Path> checkpoints() throws IOException {
    return FamilyGoldenTest.checkpoints();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void lossFallsAndDraftingIsLossless(Path model) throws IOException {
    Path file = folder.resolve("a.s3d.safetensors");
    List<Double> losses = new ArrayList<>();
    int[] prompt;
    int[] plain;
    try (Engine engine = Engine.load(model, OPTIONS)) {
      int[][] texts = texts(engine, model);
      prompt = Arrays.copyOf(texts[0], texts[0].length - 60);
      plain = Arrays.copyOfRange(texts[0], texts[0].length - 60, texts[0].length);
      TrainingListener listener = progress -> losses.add(progress.loss());
      assertThat(train(engine, texts, 40, folder.resolve("training"), listener, file)).isTrue();
    }

    assertThat(mean(losses.subList(35, 40))).isLessThan(0.8 * mean(losses.subList(0, 5)));
    try (DraftAdapter adapter = DraftAdapter.open(file);
        Engine engine = Engine.load(model, OPTIONS.withThreads(1).withAdapter(adapter));
        Session session = engine.openSession();
        Generation answer =
            session.generate(
                prompt, options(DraftMethod.uncontrolled(DraftMethod.s3d(adapter, 4))))) {
      assertThat(FamilyCheck.tokens(answer)).containsExactly(plain);
      assertThat(answer.stats().drafted()).isPositive();
      assertThat(answer.stats().accepted()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void aKilledRunEndsWithTheSameWeights(Path model) throws IOException {
    Path whole = folder.resolve("whole.s3d.safetensors");
    Path resumed = folder.resolve("resumed.s3d.safetensors");
    Path checkpoint = folder.resolve("killed");
    try (Engine engine = Engine.load(model, OPTIONS)) {
      int[][] texts = texts(engine, model);
      assertThat(train(engine, texts, 6, folder.resolve("training"), step -> true, whole)).isTrue();
      assertThat(train(engine, texts, 6, checkpoint, step -> step.step() < 2, resumed)).isFalse();
      List<Integer> steps = new ArrayList<>();
      TrainingListener listener = progress -> steps.add(progress.step());
      assertThat(train(engine, texts, 6, checkpoint, listener, resumed)).isTrue();
      assertThat(steps).containsExactly(3, 4, 5, 6);
    }
    assertThat(Files.mismatch(whole, resumed)).isEqualTo(-1);
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void theCommandTakesTokenIds(Path model) throws IOException {
    Path adapter = folder.resolve("a.s3d.safetensors");
    Path tokens = folder.resolve("tokens.txt");
    int[][] texts;
    try (Engine engine = Engine.load(model, OPTIONS)) {
      texts = texts(engine, model);
    }
    Files.write(tokens, Arrays.stream(texts).map(FamilyAdaptTest::joined).toList());

    run(
        "adapt --model %s --tokens %s --out %s --kept 0,2,5 --steps 2 --rank 2"
            .formatted(model, tokens, adapter));

    String ask =
        "generate --model %s --tokens %s --max-tokens 30 --format json"
            .formatted(model, joined(Arrays.copyOf(texts[0], 20)));
    JsonNode plain = JSON.readTree(run(ask + " --draft none")).get("tokens");
    assertThat(JSON.readTree(run(ask + " --draft s3d --adapter " + adapter)).get("tokens"))
        .isEqualTo(plain);
  }

  private static String run(String command) {
    CommandRun run = CommandRun.of(command.split(" ", -1));
    assertThat(run.status()).as(run.err()).isZero();
    return run.out();
  }

  private static String joined(int[] tokens) {
    return Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  /** Some beginnings, and 60 tokens that the model writes after each. */
  private static int[][] texts(Engine engine, Path model) throws IOException {
    int[] tokens =
        Golden.ints(JSON.readTree(model.resolve("expected.json").toFile()).get("tokens"));
    return IntStream.range(0, 3)
        .mapToObj(i -> Arrays.copyOf(tokens, 12 + 4 * i))
        .map(prompt -> continued(engine, prompt))
        .toArray(int[][]::new);
  }

  private static int[] continued(Engine engine, int[] prompt) {
    try (Session session = engine.openSession();
        Generation answer = session.generate(prompt, options(DraftMethod.none()))) {
      int[] written = FamilyCheck.tokens(answer);
      int[] text = Arrays.copyOf(prompt, prompt.length + written.length);
      System.arraycopy(written, 0, text, prompt.length, written.length);
      return text;
    }
  }

  private static GenerationOptions options(DraftMethod method) {
    return GenerationOptions.defaults().withMaxTokens(60).withDraft(method);
  }

  /** Trains, and saves the adapter as it is then; whether the last step is done. */
  private static boolean train(
      Engine engine,
      int[][] texts,
      int steps,
      Path checkpoint,
      TrainingListener listener,
      Path file)
      throws IOException {
    int layers = engine.model().hyperParameters().layers();
    TrainingSettings defaults = TrainingSettings.defaults();
    AdapterPlan plan =
        new AdapterPlan(
            LayerPath.skipping(layers, new int[] {1, 2}, new int[] {2, 4}),
            4,
            4,
            8,
            320,
            defaults
                .withSteps(steps)
                .withOptimizer(defaults.optimizer().withLearningRate(0.01f))
                .withBatch(new TrainingSettings.Batch(24, 1, 96)));
    Corpus corpus = Corpus.ofTokens(List.of(texts), 96);
    try (AdapterMaker maker = new AdapterMaker(engine, corpus, plan, 2)) {
      boolean done = maker.train(checkpoint, listener);
      maker.save(file, maker.evaluate());
      return done;
    }
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
