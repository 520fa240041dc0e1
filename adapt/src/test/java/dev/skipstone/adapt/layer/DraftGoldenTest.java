package dev.skipstone.adapt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.adapt.EngineTarget;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.safetensors.SafetensorsFile;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.PassRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The forward pass with a prototype's adapter for the default model, against another framework's
 * float32. The adapter is a fixture beside the checkout: without it nothing is tested.
 */
final class DraftGoldenTest {
  private static final Path MODEL = Path.of("../models/SmolLM2-135M-Instruct.Q4_1.gguf");
  private static final Path FIXTURE = Path.of("../../shared/golden/s3d");
  private static final int[] KEPT = {0, 1, 8, 20, 21, 22, 24, 27, 28, 29};
  private static final double ROUNDING = 0.05;

  @Test
  void guessesWhatThePrototypeGuesses() throws IOException {
    assumeTrue(Files.isDirectory(FIXTURE), "no fixture beside the checkout");
    JsonNode cases = new ObjectMapper().readTree(FIXTURE.resolve("expected.json").toFile());
    try (Engine engine = Engine.load(MODEL, EngineOptions.defaults().withThreads(2));
        PassRunner runner = engine.openRunner();
        SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("adapter.safetensors"));
        Workers workers = new Workers(2)) {
      HyperParameters sizes = engine.model().hyperParameters();
      LayerPath path = LayerPath.keeping(sizes.layers(), KEPT, KEPT);
      DraftVocabulary vocabulary = DraftVocabulary.all(sizes.vocabulary());
      DraftShape shape = new DraftShape(path, 4, 32, 64, vocabulary);
      DraftPath draft = new DraftPath(engine.model(), shape, 3, 256, workers);
      draft.initialize(1);
      file.tensors().forEach(tensor -> set(draft.parameters(), tensor, sizes.headSize()));
      draft.refresh();
      EngineTarget target = new EngineTarget(runner, sizes, path, 256, 0);
      assertThat(cases).isNotEmpty();
      for (JsonNode row : cases) {
        check(row, draft, target);
      }
    }
  }

  private static void check(JsonNode row, DraftPath draft, EngineTarget target) {
    int[] anchors = ints(row.get("anchors"));
    TargetStates states = target.run(ints(row.get("tokens")));
    AnchorBatch batch = new AnchorBatch(3, 4);
    batch.set(states, anchors, anchors.length);
    draft.load(states);
    int size = draft.shape().vocabulary().size();
    float[] logits = new float[batch.rows() * size];
    draft.logits(batch, logits);
    for (int i = 0; i < batch.rows(); i++) {
      float[] sorted = Arrays.copyOfRange(logits, i * size, (i + 1) * size);
      int top = row.get("draft_top").get(i / 4).get(i % 4).intValue();
      JsonNode best = row.get("draft_first5_logits").get(i / 4).get(i % 4);
      assertThat((double) sorted[top])
          .as("question %s, row %d: the best token's logit", row.get("question_id"), i)
          .isCloseTo(best.get(0).doubleValue(), within(ROUNDING));
      Arrays.sort(sorted);
      for (int j = 0; j < best.size(); j++) {
        assertThat((double) sorted[size - 1 - j])
            .as("question %s, row %d, logit %d", row.get("question_id"), i, j)
            .isCloseTo(best.get(j).doubleValue(), within(ROUNDING));
      }
    }
  }

  /**
   * Sets a parameter: down is kept transposed, rows of q and k in the order of the model's file.
   */
  private static void set(Parameters parameters, Tensor stored, int headSize) {
    String name = stored.name().replace("mask", "masks").replace("bridge.", "bridges.20.");
    float[] values = FrozenMatrix.decode(stored);
    int columns = (int) stored.columns();
    Parameters.Tensor tensor =
        parameters.tensors().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
    boolean rotated = name.endsWith("wq.up") || name.endsWith("wk.up");
    for (int i = 0; i < values.length; i++) {
      int row = i / columns;
      int column = i % columns;
      int half = headSize / 2;
      int channel = row % headSize;
      int to = rotated ? row - channel + channel % half * 2 + channel / half : row;
      int index = name.endsWith(".down") ? column * tensor.columns() + row : to * columns + column;
      parameters.values()[tensor.offset() + index] = values[i];
    }
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }
}
