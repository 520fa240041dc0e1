package dev.skipstone.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.adapt.layer.AnchorBatch;
import dev.skipstone.adapt.layer.DraftPath;
import dev.skipstone.adapt.layer.DraftShape;
import dev.skipstone.adapt.layer.DraftVocabulary;
import dev.skipstone.adapt.layer.TargetStates;
import dev.skipstone.adapt.layer.ThinnedModel;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.draft.DraftMethod;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An adapter for a tiny checkpoint of each family: the engine drafts as the training does,
 * losslessly.
 */
final class FamilyAdapterTest {
  private static final int DRAFT_TOKENS = 3;
  private static final int[] ANCHORS = {0, 4, 17, 30, 36};
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withThreads(2).withContext(64);

  /** An adapter is stored with 16 bits, and so are a draft's own keys and values. */
  private static final double ROUNDING = 0.02;

  @TempDir Path folder;

  static List<FamilyCheckpoint> checkpoints() throws IOException {
    return FamilyCheckpoint.all();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void theEnginesDraftPassIsTheTrainings(FamilyCheckpoint checkpoint) throws IOException {
    Path model = checkpoint.write(folder.resolve("model"));
    Path file = folder.resolve("model.s3d.safetensors");
    double[][] expected;
    LayerPath path;
    try (Engine engine = Engine.load(model, OPTIONS);
        PassRunner runner = engine.openRunner()) {
      HyperParameters sizes = engine.model().hyperParameters();
      path = LayerPath.skipping(sizes.layers(), new int[] {1}, new int[] {2});
      EngineTarget target = new EngineTarget(runner, sizes, path, 64, 0);
      try (Trainer trainer = trainer(engine, path, target, checkpoint.tokens())) {
        trainer.train(progress -> true);
        trainer.saveAdapter(file, "{}");
        expected = losses(trainer.draft(), target.run(checkpoint.tokens()));
      }
    }
    try (DraftAdapter adapter = DraftAdapter.open(file);
        Engine engine = Engine.load(model, OPTIONS.withAdapter(adapter));
        PassRunner runner = engine.openRunner()) {
      for (int i = 0; i < ANCHORS.length; i++) {
        double[] losses = losses(runner, path, checkpoint.tokens(), ANCHORS[i]);
        assertThat(losses)
            .as("draft at %d", ANCHORS[i])
            .containsExactly(expected[i], within(ROUNDING));
      }
      int[] plain = answer(engine, DraftMethod.none(), checkpoint.tokens());
      DraftMethod always = DraftMethod.uncontrolled(DraftMethod.s3d(adapter, DRAFT_TOKENS));
      assertThat(answer(engine, always, checkpoint.tokens()))
          .as("greedy tokens")
          .containsExactly(plain);
    }
  }

  private static int[] answer(Engine engine, DraftMethod method, int[] prompt) {
    GenerationOptions options = GenerationOptions.defaults().withMaxTokens(20).withDraft(method);
    IntStream.Builder tokens = IntStream.builder();
    try (Session session = engine.openSession();
        Generation answer = session.generate(prompt, options)) {
      answer.forEachRemaining(step -> Arrays.stream(step.tokens()).forEach(tokens::add));
    }
    return tokens.build().toArray();
  }

  private static Trainer trainer(Engine engine, LayerPath path, Target target, int[] tokens) {
    DraftVocabulary all = DraftVocabulary.all(engine.model().hyperParameters().vocabulary());
    TrainingSettings settings =
        TrainingSettings.defaults()
            .withSteps(8)
            .withOptimizer(TrainingSettings.defaults().optimizer().withLearningRate(0.02f))
            .withBatch(new TrainingSettings.Batch(16, 1, 64));
    return new Trainer(
        engine.model(),
        new DraftShape(path, DRAFT_TOKENS, 3, 4, all),
        target,
        SequenceSource.shuffled(List.of(TrainingSequence.from(tokens, 0)), 1),
        settings,
        2);
  }

  /** The loss of each row of each draft, and of the masks when they ride, by the training. */
  private static double[][] losses(DraftPath draft, TargetStates states) {
    draft.load(states);
    AnchorBatch batch = new AnchorBatch(1, DRAFT_TOKENS);
    double[][] losses = new double[ANCHORS.length][2 * DRAFT_TOKENS - 1];
    for (int i = 0; i < ANCHORS.length; i++) {
      batch.set(states, new int[] {ANCHORS[i]}, 1);
      learn(draft, batch, losses[i], 0);
      batch.set(states, new int[] {ANCHORS[i]}, 1, true);
      learn(draft, batch, losses[i], DRAFT_TOKENS);
    }
    return losses;
  }

  private static void learn(DraftPath draft, AnchorBatch batch, double[] losses, int to) {
    for (int row = 0; row < batch.draftTokens(); row++) {
      float[] one = new float[DRAFT_TOKENS];
      one[row] = 1;
      losses[to + row] = draft.learn(batch, one, 0);
    }
  }

  /** The same of one draft, by the engine. */
  private static double[] losses(PassRunner runner, LayerPath path, int[] tokens, int anchor) {
    readBefore(runner, path.layers(), tokens, anchor);
    int[] rows = {tokens[anchor], Pass.mask(1), Pass.mask(2)};
    Logits logits = runner.run(new Pass(rows, anchor, path, new int[] {0, 1, 2}, true));
    double[] losses = new double[2 * DRAFT_TOKENS - 1];
    for (int row = 0; row < DRAFT_TOKENS; row++) {
      losses[row] = loss(logits, row, tokens[anchor + 1 + row]);
    }
    runner.cache().truncate(anchor);
    int[] last = {tokens[anchor]};
    int[] riding = {DRAFT_TOKENS - 1};
    LayerPath full = LayerPath.full(path.layers());
    Logits ridden = runner.run(new Pass(last, anchor, full, new int[] {0}, false, riding));
    for (int mask = 0; mask < DRAFT_TOKENS - 1; mask++) {
      losses[DRAFT_TOKENS + mask] = loss(ridden, 1 + mask, tokens[anchor + 2 + mask]);
    }
    return losses;
  }

  private static void readBefore(PassRunner runner, int layers, int[] tokens, int anchor) {
    runner.cache().truncate(0);
    runner.expect(tokens.length);
    if (anchor > 0) {
      int[] before = Arrays.copyOf(tokens, anchor);
      runner.run(Pass.withoutLogits(before, 0, LayerPath.full(layers)));
    }
  }

  private static double loss(Logits logits, int row, int wanted) {
    float[] values = new float[logits.vocabulary()];
    logits.read(row, values);
    double sum = 0;
    for (float value : values) {
      sum += Math.exp((double) value - values[wanted]);
    }
    return Math.log(sum);
  }

  /** What the search for sublayers goes by. */
  @ParameterizedTest
  @MethodSource("checkpoints")
  void aThinnedModelIsTheEngines(FamilyCheckpoint checkpoint) throws IOException {
    int[] tokens = checkpoint.tokens();
    try (Engine engine = Engine.load(checkpoint.write(folder), OPTIONS);
        PassRunner runner = engine.openRunner();
        Workers workers = new Workers(2)) {
      HyperParameters sizes = engine.model().hyperParameters();
      DraftVocabulary all = DraftVocabulary.all(sizes.vocabulary());
      ThinnedModel model = new ThinnedModel(engine.model(), all, ANCHORS.length, 64, workers);
      LayerPath full = LayerPath.full(sizes.layers());
      model.add(new EngineTarget(runner, sizes, full, 64, 0).run(tokens), ANCHORS);
      for (int gone : new int[] {3, 4}) {
        double expected = model.lossWithout(gone);
        model.remove(gone);
        double sum = 0;
        for (int anchor : ANCHORS) {
          readBefore(runner, sizes.layers(), tokens, anchor);
          int[] last = {tokens[anchor]};
          Logits logits = runner.run(new Pass(last, anchor, model.path(), new int[] {0}));
          sum += loss(logits, 0, tokens[anchor + 1]);
        }
        assertThat(sum / ANCHORS.length)
            .as("without %d", gone)
            .isCloseTo(expected, within(ROUNDING))
            .isCloseTo(model.loss(), within(ROUNDING));
      }
    }
  }
}
