package dev.skipstone.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.adapt.layer.DraftPath;
import dev.skipstone.adapt.layer.DraftShape;
import dev.skipstone.adapt.layer.DraftVocabulary;
import dev.skipstone.adapt.layer.Parameters;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.Model;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.pass.LayerPath;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the rule (arXiv 1711.05101, algorithm 2) in float64. */
final class AdamWTest {
  private static final int STEPS = 3;
  private static final float RATE = 0.01f;
  private static final float DECAY = 0.2f;

  @TempDir Path folder;

  @Test
  void stepsFollowTheRule() {
    LayerPath path = LayerPath.skipping(4, new int[] {1, 2}, new int[] {1, 2});
    DraftShape shape = new DraftShape(path, 2, 2, 3, DraftVocabulary.all(288));
    try (Model model = Model.open(MicroModel.defaults().write(folder.resolve("micro.gguf")));
        Workers workers = new Workers(2)) {
      Parameters parameters = new DraftPath(model, shape, 2, 16, workers).parameters();
      AdamW optimizer = new AdamW(parameters, workers);
      Random random = new Random(4);
      int size = parameters.size();
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        parameters.values()[i] = (float) random.nextGaussian();
        values[i] = parameters.values()[i];
      }
      double[] first = new double[size];
      double[] second = new double[size];
      for (int step = 0; step < STEPS; step++) {
        double squares = 0;
        for (int i = 0; i < size; i++) {
          parameters.gradients()[i] = (float) random.nextGaussian();
          squares += (double) parameters.gradients()[i] * parameters.gradients()[i];
        }
        double norm = Math.sqrt(squares);
        // The second step's gradient is clipped.
        double clip = step == 1 ? norm / 4 : 2 * norm;
        float[] gradients = parameters.gradients().clone();
        assertThat(optimizer.step(step, RATE, DECAY, (float) clip))
            .isCloseTo(norm, within(1e-6 * norm));
        for (Parameters.Tensor tensor : parameters.tensors()) {
          double decay = tensor.decays() ? RATE * DECAY : 0;
          for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
            double gradient = gradients[i] * Math.min(1, clip / norm);
            first[i] = 0.9 * first[i] + 0.1 * gradient;
            second[i] = 0.99 * second[i] + 0.01 * gradient * gradient;
            double mean = first[i] / (1 - Math.pow(0.9, step + 1));
            double square = second[i] / (1 - Math.pow(0.99, step + 1));
            values[i] -= RATE * mean / (Math.sqrt(square) + 1e-8) + decay * values[i];
          }
        }
      }
      for (Parameters.Tensor tensor : parameters.tensors()) {
        for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
          assertThat((double) parameters.values()[i])
              .as("%s, value %d", tensor.name(), i - tensor.offset())
              .isCloseTo(values[i], within(2e-5));
        }
      }
      assertThat(parameters.gradients()).containsOnly(0);
    }
  }
}
