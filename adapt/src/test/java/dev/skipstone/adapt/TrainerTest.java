package dev.skipstone.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.adapt.layer.DraftShape;
import dev.skipstone.adapt.layer.DraftVocabulary;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainerTest {
  private static final LayerPath PATH = LayerPath.skipping(4, new int[] {1, 2}, new int[] {1, 2});

  @TempDir Path folder;
  private Engine engine;
  private PassRunner runner;
  private DraftShape shape;
  private TrainingSettings settings;

  @BeforeEach
  void open() {
    Path file = MicroModel.defaults().write(folder.resolve("micro.gguf"));
    engine = Engine.load(file, EngineOptions.defaults().withThreads(2));
    runner = engine.openRunner();
    shape = new DraftShape(PATH, 3, 4, 4, DraftVocabulary.all(288));
    settings =
        TrainingSettings.defaults()
            .withSteps(150)
            .withOptimizer(TrainingSettings.defaults().optimizer().withLearningRate(0.01f))
            .withBatch(new TrainingSettings.Batch(24, 1, 48));
  }

  @AfterEach
  void close() {
    runner.close();
    engine.close();
  }

  @Test
  void lossFallsAndDraftsGetAccepted() {
    List<TrainingSequence> texts = texts(4);
    List<Double> losses = new ArrayList<>();
    try (Trainer trainer = trainer(settings, texts)) {
      Evaluation before = trainer.evaluate(texts);
      assertThat(trainer.train(progress -> losses.add(progress.loss()))).isTrue();
      Evaluation after = trainer.evaluate(texts);
      assertThat(losses).hasSize(150);
      assertThat(losses.getLast()).isLessThan(0.5 * losses.getFirst());
      assertThat(after.tokensPerIteration(3)).isGreaterThan(before.tokensPerIteration(3));
      assertThat(after.drafts()).isEqualTo(before.drafts()).isGreaterThan(100);
    }
  }

  @Test
  void masksLearnToRide() {
    List<TrainingSequence> texts = texts(4);
    try (Trainer trainer = trainer(settings.withRiding(true), texts)) {
      assertThat(trainer.evaluate(texts).riding()).hasSize(2);
      double before = trainer.evaluate(texts).riding()[0];
      float[][] seen = new float[1][];
      trainer.train(progress -> {
        seen[0] = progress.riding();
        return true;
      });
      Evaluation after = trainer.evaluate(texts);
      assertThat(after.riding()[0]).isGreaterThan(before + 0.2);
      assertThat(after.riding()[1]).isLessThanOrEqualTo(after.riding()[0]);
      assertThat(after.tokensPerIteration(3)).isGreaterThan(1.2);
      // What half of the steps saw, from bad guesses to better ones.
      assertThat(seen[0][0]).isStrictlyBetween(0f, (float) after.riding()[0]);
    }
  }

  @Test
  void distillationLowersItsLoss() {
    TrainingSettings distilled = settings.withLoss(new TrainingSettings.Loss(0.1f, 0.5f, 8));
    List<Double> losses = new ArrayList<>();
    try (Trainer trainer = trainer(distilled, texts(4))) {
      trainer.train(progress -> losses.add(progress.loss()));
    }
    assertThat(losses.getLast()).isLessThan(0.8 * losses.getFirst());
  }

  @Test
  void aResumedTrainingEndsWithTheSameBits() throws IOException {
    List<TrainingSequence> texts = texts(6);
    Path checkpoint = folder.resolve("training.safetensors");
    Path whole = folder.resolve("whole.s3d.safetensors");
    Path resumed = folder.resolve("resumed.s3d.safetensors");
    TrainingSettings few = settings.withSteps(7).withBatch(new TrainingSettings.Batch(16, 2, 48));
    try (Trainer trainer = trainer(few, texts)) {
      trainer.train(progress -> true);
      trainer.saveAdapter(whole, "{}");
    }
    try (Trainer trainer = trainer(few, texts)) {
      assertThat(trainer.train(progress -> progress.step() < 3)).isFalse();
      trainer.saveCheckpoint(checkpoint);
    }
    try (Trainer trainer = trainer(few, texts)) {
      trainer.resume(checkpoint);
      assertThat(trainer.step()).isEqualTo(3);
      assertThat(trainer.train(progress -> true)).isTrue();
      trainer.saveAdapter(resumed, "{}");
    }
    assertThat(Files.mismatch(whole, resumed)).isEqualTo(-1);
  }

  @Test
  void aCheckpointOfOtherSettingsIsRefused() throws IOException {
    Path checkpoint = folder.resolve("training.safetensors");
    List<TrainingSequence> texts = texts(2);
    try (Trainer trainer = trainer(settings.withSteps(2), texts)) {
      trainer.train(progress -> true);
      trainer.saveCheckpoint(checkpoint);
    }
    try (Trainer trainer = trainer(settings.withSteps(3), texts)) {
      assertThatThrownBy(() -> trainer.resume(checkpoint))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("settings");
    }
    byte[] bytes = Files.readAllBytes(checkpoint);
    Files.write(checkpoint, Arrays.copyOf(bytes, bytes.length - 4));
    try (Trainer trainer = trainer(settings.withSteps(2), texts)) {
      assertThatThrownBy(() -> trainer.resume(checkpoint)).isInstanceOf(ModelFileException.class);
      assertThat(trainer.step()).isZero();
    }
  }

  private Trainer trainer(TrainingSettings chosen, List<TrainingSequence> texts) {
    EngineTarget target =
        new EngineTarget(
            runner, engine.model().hyperParameters(), PATH, 48, chosen.targetChoices());
    return new Trainer(engine.model(), shape, target, SequenceSource.shuffled(texts, 5), chosen, 2);
  }

  private static List<TrainingSequence> texts(int count) {
    Random random = new Random(3);
    List<TrainingSequence> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] cycle = random.ints(7, 3, 288).toArray();
      int[] tokens = new int[40 + i * 4];
      for (int t = 0; t < tokens.length; t++) {
        tokens[t] = cycle[t % cycle.length];
      }
      texts.add(TrainingSequence.from(tokens, 4));
    }
    return texts;
  }
}
