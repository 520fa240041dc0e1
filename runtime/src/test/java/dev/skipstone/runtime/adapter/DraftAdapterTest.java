package dev.skipstone.runtime.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.safetensors.SafetensorsWriter;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.model.testing.Refusal;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.EngineOptions;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.MemoryPlan;
import dev.skipstone.runtime.testing.RandomAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an adapter says, and how a wrong one is refused. */
class DraftAdapterTest {
  @TempDir Path folder;

  private Model model;
  private Path path;

  @BeforeEach
  void openModel() {
    model = Model.open(MicroModel.defaults().write(folder.resolve("micro.gguf")));
    path = folder.resolve("micro.s3d.safetensors");
  }

  @AfterEach
  void closeModel() {
    model.close();
  }

  @Test
  void saysWhatItIs() throws IOException {
    RandomAdapter.of(3).write(model, path);
    DraftAdapter adapter = DraftAdapter.open(path);
    assertThat(adapter.modelName()).isEqualTo("micro");
    assertThat(adapter.fingerprint()).isEqualTo(model.fingerprint());
    assertThat(adapter.fits(model)).isTrue();
    assertThat(adapter.draftTokens()).isEqualTo(4);
    assertThat(adapter.path(4)).isEqualTo(LayerPath.skipping(4, new int[] {1, 2}, new int[] {1}));
    assertThat(adapter.bind(model).vocabulary().size()).isEqualTo(32 + 160);
    assertThat(adapter.fileBytes()).isEqualTo(Files.size(path));
    assertThat(adapter.tensorBytes()).isBetween(1L, adapter.fileBytes());
    adapter.close();
    // What a draft method needs stays.
    assertThat(adapter.draftTokens()).isEqualTo(4);
    assertThat(adapter.path(4).sublayers()).isEqualTo(5);
    assertThat(adapter).hasToString("micro.s3d.safetensors for micro");
  }

  /** Promise 3: the adapter's memory is known beforehand. */
  @Test
  void thePlanKnowsTheAdapter() {
    RandomAdapter.of(3).write(model, path);
    EngineOptions options = EngineOptions.defaults().withThreads(2);
    try (DraftAdapter adapter = DraftAdapter.open(path)) {
      MemoryPlan plain = Engine.plan(model, options);
      MemoryPlan plan = Engine.plan(model, options.withAdapter(adapter));
      // Ranks are filled up to tiles of 32.
      assertThat(plan.adapter()).isBetween(adapter.tensorBytes(), 8 * adapter.tensorBytes());
      assertThat(plan.weights()).isEqualTo(plain.weights());
      assertThat(plan.kvCache()).isEqualTo(plain.kvCache());
      assertThat(plan.scratch()).isGreaterThan(plain.scratch());
      try (Engine engine = Engine.load(model.file(), options.withAdapter(adapter))) {
        assertThat(engine.memory()).isEqualTo(plan);
      }
    }
  }

  @Test
  void fitsTheModelInEveryType() {
    RandomAdapter.of(3).write(model, path);
    try (DraftAdapter adapter = DraftAdapter.open(path)) {
      for (TensorType type : new TensorType[] {TensorType.Q4_0, TensorType.F32}) {
        Path other = MicroModel.defaults().withMatrices(type).write(folder.resolve("other.gguf"));
        try (Engine engine = Engine.load(other, EngineOptions.defaults().withAdapter(adapter))) {
          assertThat(engine.memory().adapter()).isPositive();
        }
      }
    }
  }

  @Test
  void refusesAnotherModel() {
    RandomAdapter.of(3).write(model, path);
    Path other = MicroModel.defaults().withSeed(2).write(folder.resolve("other.gguf"));
    try (DraftAdapter adapter = DraftAdapter.open(path)) {
      ModelFileException refusal =
          Refusal.of(
              path,
              () -> Engine.load(other, EngineOptions.defaults().withAdapter(adapter)).close());
      assertThat(refusal)
          .hasMessageContaining("the adapter is for micro (" + model.fingerprint().substring(0, 8))
          .hasMessageContaining("not for micro (");
      assertThat(refusal.field()).isEqualTo("model");
      assertThat(refusal.offset()).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          format     | text            | this is no draft adapter
          version    | 2               | this version of Skipstone does not read it
          kind       | s2d             | does not know the method
          model      | 12ab            | is not 64 lower-case hexadecimal digits
          attention  | 0,3-1           | its numbers do not ascend at 3-1
          attention  | 1,0             | its numbers do not ascend at 0
          attention  | 0;1             | is no list
          attention  | 0,              | is no list
          attention  | 0-99999         | 99999 is above 9999
          mlp        | -1              | is no list
          attention  | 0,7             | its sublayer is not one of those that are kept
          attention  | 0,3,7           | kept attention layer 7 is not in 0 to 3
          vocabulary | ''              | names no token
          vocabulary | 5-31            | the range 5-31 does not start at a multiple of 32
          vocabulary | 0-30,64-95      | the range 0-30 does not start at a multiple of 32 and end
          vocabulary | 0-50            | ends at 50, which is neither
          vocabulary | 0-319           | ends at 319, which is neither
          vocabulary | 0-999999999     | ends at 999999999, which is neither
          """)
  void refusesMetadata(String key, String value, String problem) throws IOException {
    assertThat(refusal(writer -> writer.metadata(key, value))).hasMessageContaining(problem);
  }

  @Test
  void refusesTensorsThatHaveNoPlaceOrNoPartner() {
    assertProblem("stray", "has no place in a draft adapter", 4);
    assertProblem("layers.0.wx.down", "has no place", 2, 64);
    assertProblem("layers.0.wq.down", "has shape [4], not 2 dimensions", 4);
    assertProblem("layers.1.wq.down", "its sublayer is not one of those that are kept", 2, 64);
    assertProblem("layers.9.wd.down", "its sublayer is not one of those that are kept", 2, 64);
    assertProblem("bridges.0.down", "the file lacks bridges.0.scale", 2, 64);
    assertProblem("bridges.4.down", "the file lacks bridges.4.up", 2, 64);
    assertProblem("bridges.3.down", "has rank 2 and bridges.3.up has rank 35", 2, 64);
    assertProblem("bridges.1.scale", "no sublayer of its layer is kept", 64);
    assertProblem("bridges.7.scale", "the model has only 4 layers", 64);
    assertProblem("bridges.4.scale", "has shape [63] instead of [64]", 63);
    assertProblem("masks", "has shape [3, 63] instead of [3, 64]", 3, 63);
    assertProblem("masks", "has 15 mask slots, more than 14", 15, 64);
  }

  private void assertProblem(String tensor, String problem, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    ModelFileException refusal =
        refusal(writer -> writer.tensor(tensor, TensorType.F16, values, shape));
    assertThat(refusal).hasMessageContaining(problem);
    assertThat(refusal.offset()).isPositive();
  }

  @Test
  void refusesWhatIsNoNumber() throws IOException {
    RandomAdapter.of(3).write(model, path);
    byte[] bytes = Files.readAllBytes(path);
    // The last float16 of the file.
    bytes[bytes.length - 1] = 0x7e;
    Files.write(path, bytes);
    assertThat(Refusal.of(path, () -> DraftAdapter.open(path).close()))
        .hasMessageContaining("holds a value that is not finite");
  }

  @Test
  void refusesWhatIsMissing() throws IOException {
    new SafetensorsWriter().metadata("format", DraftAdapter.FORMAT).write(path);
    assertThat(Refusal.of(path, () -> DraftAdapter.open(path).close()))
        .hasMessageContaining("version: is missing in the metadata");
  }

  /** Refused when it is opened, or at the latest when it meets the model. */
  private ModelFileException refusal(Consumer<SafetensorsWriter> change) {
    SafetensorsWriter writer = RandomAdapter.of(3).writer(model);
    change.accept(writer);
    return Refusal.of(
        path,
        () -> {
          writer.write(path);
          try (DraftAdapter adapter = DraftAdapter.open(path)) {
            adapter.bind(model);
          }
        });
  }
}
