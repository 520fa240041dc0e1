package dev.skipstone.adapt.layer;

import static dev.skipstone.adapt.layer.GradientCheck.dot;
import static dev.skipstone.adapt.layer.GradientCheck.doubles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.runtime.pass.LayerPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The draft path of a tiny checkpoint of each family against float64, forward and backward. */
final class FamilyDraftPathTest {
  /** The first position, some inside the windows and behind them, and one at the end. */
  private static final int[] ANCHORS = {0, 5, 26, 38};

  private static final float[] SLOTS = {0.4f, 0.3f, 0.2f};

  @TempDir Path folder;

  static List<FamilyCheckpoint> checkpoints() throws IOException {
    return FamilyCheckpoint.all();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void logitsAndGradients(FamilyCheckpoint checkpoint) throws IOException {
    try (Model model = Model.open(checkpoint.write(folder));
        Workers workers = new Workers(2)) {
      HyperParameters sizes = model.hyperParameters();
      LayerPath path = LayerPath.skipping(sizes.layers(), new int[] {1}, new int[] {2});
      DraftShape shape = new DraftShape(path, 3, 2, 2, DraftVocabulary.all(sizes.vocabulary()));
      Random random = new Random(2);
      TargetStates states = states(sizes, path, checkpoint.tokens(), random);
      DraftPath draft = new DraftPath(model, shape, 5, states.length(), workers);
      draft.initialize(1);
      float[] values = draft.parameters().values();
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.1f * (float) random.nextGaussian();
      }
      draft.refresh();
      draft.load(states);
      AnchorBatch batch = new AnchorBatch(5, 3);
      ReferenceDraft reference = new ReferenceDraft(model, shape, draft.parameters().tensors());
      batch.set(states, ANCHORS, ANCHORS.length, true);
      checkLogits(draft, batch, reference.logits(batch, doubles(values)));
      batch.set(states, ANCHORS, ANCHORS.length);
      checkLogits(draft, batch, reference.logits(batch, doubles(values)));
      checkGradients(draft, batch, reference, random);
    }
  }

  private static TargetStates states(
      HyperParameters sizes, LayerPath path, int[] tokens, Random random) {
    TargetStates states = new TargetStates(sizes, path, tokens.length, 0);
    states.begin(tokens);
    for (int layer = 0; layer < sizes.layers(); layer++) {
      if (states.has(layer)) {
        fill(states.keys(layer), random);
        fill(states.values(layer), random);
      }
    }
    return states;
  }

  private static void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  private static void checkLogits(DraftPath draft, AnchorBatch batch, double[][] expected) {
    int size = draft.shape().vocabulary().size();
    float[] logits = new float[batch.rows() * size];
    draft.logits(batch, logits);
    for (int i = 0; i < logits.length; i++) {
      double largest = Arrays.stream(expected[i / size]).map(Math::abs).max().orElseThrow();
      assertThat((double) logits[i])
          .as("logit %d of row %d", i % size, i / size)
          .isCloseTo(expected[i / size][i % size], within(1e-4 * largest));
    }
  }

  /** The slopes along a random direction for each matrix, both its factors together. */
  private static void checkGradients(
      DraftPath draft, AnchorBatch batch, ReferenceDraft reference, Random random) {
    double[] at = doubles(draft.parameters().values());
    double loss = draft.learn(batch, SLOTS, 0);
    double[] gradients = doubles(draft.parameters().gradients());
    assertThat(loss).isCloseTo(loss(batch, reference, at), within(1e-4 * loss));
    Map<String, double[]> directions = new LinkedHashMap<>();
    for (Parameters.Tensor tensor : draft.parameters().tensors()) {
      String matrix = tensor.name().replaceAll("\\.(down|up)$", "");
      double[] direction = directions.computeIfAbsent(matrix, any -> new double[at.length]);
      for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
        direction[i] = random.nextGaussian();
      }
    }
    directions.forEach((name, direction) -> {
      double step = 1e-5;
      double slope =
          (loss(batch, reference, moved(at, direction, step))
                  - loss(batch, reference, moved(at, direction, -step)))
              / (2 * step);
      double norm = 0;
      for (int i = 0; i < at.length; i++) {
        norm += direction[i] == 0 ? 0 : gradients[i] * gradients[i];
      }
      norm = Math.sqrt(norm);
      assertThat(norm).as("norm of the gradient of %s", name).isPositive();
      assertThat(dot(gradients, direction))
          .as("slope of %s", name)
          .isCloseTo(slope, within(2e-3 * norm));
    });
  }

  private static double[] moved(double[] at, double[] direction, double step) {
    double[] result = at.clone();
    for (int i = 0; i < at.length; i++) {
      result[i] += step * direction[i];
    }
    return result;
  }

  private static double loss(AnchorBatch batch, ReferenceDraft reference, double[] parameters) {
    double[][] logits = reference.logits(batch, parameters);
    double loss = 0;
    for (int row = 0; row < logits.length; row++) {
      if (batch.label(row) >= 0) {
        loss += SLOTS[row % 3] * Reference.crossEntropy(logits[row], batch.label(row));
      }
    }
    return loss;
  }
}
