package dev.skipstone.adapt.layer;

import static dev.skipstone.adapt.layer.GradientCheck.doubles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.pass.LayerPath;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole draft path of a micro model against float64, forward and backward. */
final class DraftPathTest {
  private static final int[] ANCHORS = {0, 3, 7, 18};
  private static final float[] SLOTS = {0.4f, 0.3f, 0.2f};

  @TempDir Path folder;

  /** Paths with gaps before, between, inside and behind layers. */
  static Stream<LayerPath> paths() {
    return Stream.of(
        LayerPath.full(4),
        LayerPath.skipping(4, new int[] {1, 2}, new int[] {1, 2}),
        LayerPath.skipping(4, new int[] {0, 3}, new int[] {1, 3}),
        LayerPath.skipping(4, new int[] {1, 2}, new int[] {0, 2}));
  }

  @ParameterizedTest
  @MethodSource("paths")
  void logitsAreThoseOfFloat64(LayerPath path) {
    try (Fixture fixture = new Fixture(path, 0)) {
      float[] logits = new float[fixture.batch.rows() * fixture.shape.vocabulary().size()];
      fixture.draft.logits(fixture.batch, logits);
      double[][] expected =
          fixture.reference.logits(fixture.batch, doubles(fixture.draft.parameters().values()));
      double error = 0;
      for (int i = 0; i < logits.length; i++) {
        int size = fixture.shape.vocabulary().size();
        error = Math.max(error, Math.abs(logits[i] - expected[i / size][i % size]));
      }
      assertThat(error).isLessThan(1e-4);
      fixture.draft.guess(fixture.batch);
      for (int row = 0; row < expected.length; row++) {
        double best = Arrays.stream(expected[row]).max().orElseThrow();
        int guess = fixture.shape.vocabulary().row(fixture.draft.guess(row));
        assertThat(expected[row][guess]).as("row %d", row).isCloseTo(best, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void gradientsAreThoseOfFiniteDifferences(LayerPath path) {
    checkGradients(path, 0, false);
  }

  @Test
  void gradientsOfMasksThatRide() {
    checkGradients(LayerPath.skipping(4, new int[] {1, 2}, new int[] {1, 2}), 0.3f, true);
  }

  @Test
  void gradientsOfDistillation() {
    checkGradients(LayerPath.skipping(4, new int[] {1, 2}, new int[] {1, 2}), 0.6f, false);
  }

  private void checkGradients(LayerPath path, float distillation, boolean riding) {
    try (Fixture fixture = new Fixture(path, 5)) {
      fixture.batch.set(fixture.batch.states(), ANCHORS, ANCHORS.length, riding);
      Parameters parameters = fixture.draft.parameters();
      double[] at = doubles(parameters.values());
      double loss = fixture.draft.learn(fixture.batch, SLOTS, distillation);
      assertThat(loss).isCloseTo(fixture.loss(at, distillation), within(1e-4));
      for (Parameters.Tensor tensor : parameters.tensors()) {
        float[] values = slice(parameters.values(), tensor);
        GradientCheck.assertGradient(
            tensor.name(),
            values,
            Math.max(1, tensor.size() / 4 - 1),
            slice(parameters.gradients(), tensor),
            changed -> {
              double[] all = at.clone();
              System.arraycopy(changed, 0, all, tensor.offset(), changed.length);
              return fixture.loss(all, distillation);
            });
      }
    }
  }

  @Test
  void stepsHaveTheSameBitsWithAnyNumberOfThreads() {
    LayerPath path = LayerPath.skipping(4, new int[] {1}, new int[] {1});
    float[][] gradients = new float[2][];
    for (int i = 0; i < 2; i++) {
      try (Fixture fixture = new Fixture(path, 0, 1 + 2 * i)) {
        fixture.draft.learn(fixture.batch, SLOTS, 0);
        gradients[i] = fixture.draft.parameters().gradients();
      }
    }
    assertThat(gradients[1]).isEqualTo(gradients[0]);
  }

  private static float[] slice(float[] values, Parameters.Tensor tensor) {
    return Arrays.copyOfRange(values, tensor.offset(), tensor.offset() + tensor.size());
  }

  /** A micro model's draft path with random parameters, and a batch of a random sequence. */
  private final class Fixture implements AutoCloseable {
    private final Workers workers;
    private final Model model;
    private final DraftShape shape;
    private final DraftPath draft;
    private final AnchorBatch batch;
    private final ReferenceDraft reference;

    Fixture(LayerPath path, int choices) {
      this(path, choices, 2);
    }

    Fixture(LayerPath path, int choices, int threads) {
      workers = new Workers(threads);
      model = Model.open(MicroModel.defaults().withSizes(32, 48).write(folder.resolve("m.gguf")));
      HyperParameters sizes = model.hyperParameters();
      long[] counts = new long[sizes.vocabulary()];
      Arrays.fill(counts, 64, 192, 1);
      shape = new DraftShape(path, 3, 2, 3, DraftVocabulary.mostFrequent(counts, 128));
      draft = new DraftPath(model, shape, 5, 20, workers);
      draft.initialize(1);
      Random random = new Random(2);
      float[] values = draft.parameters().values();
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.2f * (float) random.nextGaussian();
      }
      draft.refresh();
      TargetStates states = new TargetStates(sizes, path, 20, choices);
      states.begin(random.ints(20, 50, 200).toArray());
      for (int layer = 0; layer < 4; layer++) {
        if (states.has(layer)) {
          fill(states.keys(layer), random);
          fill(states.values(layer), random);
        }
      }
      for (int i = 0; i < states.choiceTokens().length; i++) {
        states.choiceTokens()[i] = random.nextInt(50, 200);
        states.choiceProbabilities()[i] = random.nextFloat() / choices;
      }
      draft.load(states);
      batch = new AnchorBatch(5, 3);
      batch.set(states, ANCHORS, ANCHORS.length);
      reference = new ReferenceDraft(model, shape, draft.parameters().tensors());
    }

    private static void fill(float[] values, Random random) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
    }

    double loss(double[] parameters, float distillation) {
      double[][] logits = reference.logits(batch, parameters);
      TargetStates states = batch.states();
      double loss = 0;
      for (int row = 0; row < logits.length; row++) {
        float factor = SLOTS[row % batch.draftTokens()];
        int label = batch.label(row) < 0 ? -1 : shape.vocabulary().row(batch.label(row));
        if (label >= 0) {
          loss += factor * (1 - distillation) * Reference.crossEntropy(logits[row], label);
        }
        int position = batch.position(row);
        for (int c = 0; c < states.choices() && position < states.length(); c++) {
          int index = position * states.choices() + c;
          int choice = shape.vocabulary().row(states.choiceTokens()[index]);
          if (choice >= 0) {
            loss +=
                factor
                    * distillation
                    * states.choiceProbabilities()[index]
                    * Reference.crossEntropy(logits[row], choice);
          }
        }
      }
      return loss;
    }

    @Override
    public void close() {
      model.close();
      workers.close();
    }
  }
}
