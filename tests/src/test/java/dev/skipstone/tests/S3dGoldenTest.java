package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.safetensors.SafetensorsFile;
import dev.skipstone.model.safetensors.SafetensorsWriter;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.adapter.DraftAdapter;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.tornado.TornadoBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Drafts of a prototype's adapter for the default model, in another framework's float32. The
 * adapter is a fixture beside the checkout, not part of the project: without it nothing is tested.
 */
final class S3dGoldenTest {
  private static final Path FIXTURE = Path.of("../../shared/golden/s3d");

  /** What float32 sums in another order and float16 cells may move a logit by; they reach 30. */
  private static final double ROUNDING = 0.05;

  private static final int MASKS = 3;

  @TempDir Path folder;

  @Test
  void draftsWhatThePrototypeDrafts() throws IOException {
    EngineOptions options = EngineOptions.defaults().withThreads(2).withContext(512);
    assertThat(check(options, Integer.MAX_VALUE, Integer.MAX_VALUE)).isGreaterThan(6);
  }

  /** A plain JVM stands in for the device, so only a few drafts of a question. */
  @Test
  void draftsItOnTheTornadoBackendToo() throws IOException {
    System.setProperty(TornadoBackend.HOST_PROPERTY, "true");
    try {
      EngineOptions options = EngineOptions.defaults().withBackend("tornado", 0).withContext(128);
      assertThat(check(options, 1, 2)).isEqualTo(2);
    } finally {
      System.clearProperty(TornadoBackend.HOST_PROPERTY);
    }
  }

  /** Checks some drafts of some questions, and returns how many those were. */
  private int check(EngineOptions options, int questions, int anchorsOfEach) throws IOException {
    assumeTrue(Files.isDirectory(FIXTURE), "no fixture beside the checkout");
    JsonNode cases = new ObjectMapper().readTree(FIXTURE.resolve("expected.json").toFile());
    int checked = 0;
    try (DraftAdapter adapter = DraftAdapter.open(converted());
        Engine engine = Engine.load(DefaultModel.file(), options.withAdapter(adapter));
        PassRunner runner = engine.openRunner()) {
      for (int question = 0; question < Math.min(questions, cases.size()); question++) {
        JsonNode row = cases.get(question);
        int[] tokens = Golden.ints(row.get("tokens"));
        int[] anchors = Golden.ints(row.get("anchors"));
        runner.cache().truncate(0);
        for (int i = 0; i < Math.min(anchorsOfEach, anchors.length); i++) {
          String where = "question %s, anchor %d".formatted(row.get("question_id"), anchors[i]);
          check(
              draft(runner, tokens, anchors[i]),
              Golden.ints(row.get("draft_top").get(i)),
              row.get("draft_first5_logits").get(i),
              where);
          checked++;
        }
      }
    }
    return checked;
  }

  private static Logits draft(PassRunner runner, int[] tokens, int anchor) {
    LayerPath full = LayerPath.full(runner.adapter().orElseThrow().path().layers());
    // What an earlier anchor's draft has written behind its own anchor is written again.
    for (int from = runner.cache().length(); from < anchor; from += runner.maxRows()) {
      int end = Math.min(anchor, from + runner.maxRows());
      runner.run(Pass.withoutLogits(Arrays.copyOfRange(tokens, from, end), from, full));
    }
    int[] rows = {tokens[anchor], Pass.mask(1), Pass.mask(2), Pass.mask(3)};
    LayerPath path = runner.adapter().orElseThrow().path();
    Logits logits = runner.run(new Pass(rows, anchor, path, new int[] {0, 1, 2, 3}, true));
    runner.cache().truncate(anchor);
    return logits;
  }

  private static void check(Logits logits, int[] top, JsonNode best, String where) {
    float[] values = new float[logits.vocabulary()];
    for (int row = 0; row <= MASKS; row++) {
      double[] expected = Golden.doubles(best.get(row));
      logits.read(row, values);
      if (logits.argmax(row) != top[row]) {
        assertThat(expected[0] - expected[1])
            .as("%s, row %d: token %d", where, row, logits.argmax(row))
            .isLessThan(ROUNDING);
      }
      Arrays.sort(values);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) values[values.length - 1 - i])
            .as("%s, row %d, logit %d", where, row, i)
            .isCloseTo(expected[i], within(ROUNDING));
      }
    }
  }

  /** The prototype's adapter under this project's names. */
  private Path converted() throws IOException {
    try (Model model = Model.open(DefaultModel.file());
        SafetensorsFile file = SafetensorsFile.open(FIXTURE.resolve("adapter.safetensors"))) {
      SafetensorsWriter writer =
          new SafetensorsWriter()
              .metadata("format", DraftAdapter.FORMAT)
              .metadata("version", DraftAdapter.VERSION)
              .metadata("kind", DraftAdapter.KIND)
              .metadata("model", model.fingerprint())
              .metadata("model_name", model.name())
              .metadata("attention", file.metadata().get("kept"))
              .metadata("mlp", file.metadata().get("kept"))
              .metadata("vocabulary", "0-" + (model.hyperParameters().vocabulary() - 1))
              .metadata("training", "{}");
      String bridge = "bridges." + file.metadata().get("bridge_before") + ".";
      for (Tensor tensor : file.tensors()) {
        String name = tensor.name().equals("mask") ? "masks" : tensor.name();
        float[] values = new float[Math.toIntExact(tensor.rows() * tensor.columns())];
        int[] next = {0};
        tensor.forEachValue((piece, count) -> {
          System.arraycopy(piece, 0, values, next[0], count);
          next[0] += count;
        });
        writer.tensor(
            name.replace("bridge.", bridge),
            TensorType.F16,
            values,
            tensor.shape().stream().mapToLong(Long::longValue).toArray());
      }
      return writer.write(folder.resolve("model" + DraftAdapter.SUFFIX));
    }
  }
}
