package dev.skipstone.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.adapt.layer.DraftShape;
import dev.skipstone.adapt.layer.DraftVocabulary;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was trained, saved, and drafted with by the engine: the same guesses. */
final class AdapterFileTest {
  private static final int[] TOKENS = cycle(new Random(9).ints(11, 64, 192).toArray(), 40);

  @TempDir Path folder;

  static Stream<LayerPath> paths() {
    return Stream.of(
        LayerPath.skipping(4, new int[] {1, 2}, new int[] {1, 2}),
        LayerPath.skipping(4, new int[] {1, 2}, new int[] {0, 2, 3}));
  }

  @ParameterizedTest
  @MethodSource("paths")
  void theEngineDraftsWhatTheTrainerGuesses(LayerPath path) throws IOException {
    Path model = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    Path file = folder.resolve("micro.s3d.safetensors");
    List<TrainingSequence> texts = List.of(TrainingSequence.from(TOKENS, 0));
    EngineOptions options = EngineOptions.defaults().withThreads(2);
    double expected;
    long[] counts = new long[288];
    Arrays.fill(counts, 64, 192, 1);
    try (Engine engine = Engine.load(model, options);
        PassRunner runner = engine.openRunner();
        Trainer trainer =
            new Trainer(
                engine.model(),
                new DraftShape(path, 4, 4, 6, DraftVocabulary.mostFrequent(counts, 128)),
                new EngineTarget(runner, engine.model().hyperParameters(), path, 64, 0),
                SequenceSource.shuffled(texts, 1),
                TrainingSettings.defaults()
                    .withSteps(150)
                    .withOptimizer(TrainingSettings.defaults().optimizer().withLearningRate(0.01f))
                    .withBatch(new TrainingSettings.Batch(16, 1, 64)),
                2)) {
      trainer.train(progress -> true);
      expected = trainer.evaluate(texts).tokensPerIteration(4);
      trainer.saveAdapter(file, "{\"steps\":150}");
    }
    assertThat(expected).isGreaterThan(1.5);
    try (DraftAdapter adapter = DraftAdapter.open(file);
        Engine engine = Engine.load(model, options.withAdapter(adapter));
        PassRunner runner = engine.openRunner()) {
      assertThat(adapter.path(4)).isEqualTo(path);
      assertThat(adapter.draftTokens()).isEqualTo(4);
      assertThat(adapter.training()).isEqualTo("{\"steps\":150}");
      assertThat(tokensPerIteration(runner, path)).isCloseTo(expected, within(0.1));
    }
  }

  private static double tokensPerIteration(PassRunner runner, LayerPath path) {
    int drafts = TOKENS.length - 4;
    int accepted = 0;
    for (int anchor = 0; anchor < drafts; anchor++) {
      runner.cache().truncate(0);
      if (anchor > 0) {
        int[] before = Arrays.copyOf(TOKENS, anchor);
        runner.run(Pass.withoutLogits(before, 0, LayerPath.full(4)));
      }
      int[] rows = {TOKENS[anchor], Pass.mask(1), Pass.mask(2), Pass.mask(3)};
      Logits logits = runner.run(new Pass(rows, anchor, path, new int[] {0, 1, 2, 3}, true));
      int i = 0;
      while (i < 4 && logits.argmax(i) == TOKENS[anchor + 1 + i]) {
        i++;
      }
      accepted += i;
    }
    return 1 + (double) accepted / drafts;
  }

  private static int[] cycle(int[] tokens, int length) {
    int[] result = new int[length];
    Arrays.setAll(result, i -> tokens[i % tokens.length]);
    return result;
  }
}
