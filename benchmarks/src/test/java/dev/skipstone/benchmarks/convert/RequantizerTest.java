package dev.skipstone.benchmarks.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.gguf.GgufFile;
import dev.skipstone.model.testing.Encoder;
import dev.skipstone.model.testing.GgufKind;
import dev.skipstone.model.testing.GgufWriter;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.LayerPath;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RequantizerTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void matricesAreEncodedAndTheRestStays(MatrixType type) throws IOException {
    Path source = write(MicroModel.defaults().withMatrices(TensorType.Q4_1).writer());
    Path copy = convert(source, type);

    try (GgufFile before = GgufFile.open(source);
        GgufFile after = GgufFile.open(copy)) {
      Map<String, Object> expected = new HashMap<>(before.metadata());
      expected.put("general.file_type", type == MatrixType.F16 ? 1L : 7L);
      assertThat(after.metadata()).isEqualTo(expected);
      assertThat(after.metadata().keySet()).containsExactlyElementsOf(before.metadata().keySet());
      assertThat(after.size()).isEqualTo(new Requantizer(before, type).size());
      for (int i = 0; i < before.tensors().size(); i++) {
        Tensor old = before.tensors().get(i);
        Tensor now = after.tensors().get(i);
        assertThat(now.name()).isEqualTo(old.name());
        assertThat(now.shape()).isEqualTo(old.shape());
        TensorType wanted = old.shape().size() > 1 ? type.tensorType() : TensorType.F32;
        assertThat(now.type()).as(now.name()).isEqualTo(wanted);
        assertThat(bytes(now)).as(now.name()).isEqualTo(Encoder.encode(wanted, values(old)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theCopyComputesWhatTheSourceDoes(MatrixType type) throws IOException {
    Path source = write(MicroModel.defaults().withMatrices(TensorType.Q4_1).writer());
    int[] tokens = {5, 6, 7};

    float[][] expected = logits(source, tokens);
    float[][] actual = logits(convert(source, type), tokens);

    assertThat(actual[0]).hasSize(expected[0].length);
    for (int i = 0; i < actual[0].length; i++) {
      // Logits have a standard deviation of about 2.5.
      assertThat(actual[0][i]).isCloseTo(expected[0][i], Offset.offset(0.25f));
    }
  }

  private static float[][] logits(Path file, int[] tokens) {
    try (Engine engine = Engine.load(file)) {
      int layers = engine.model().hyperParameters().layers();
      return engine.logits(tokens, LayerPath.full(layers), tokens.length - 1);
    }
  }

  @Test
  void metadataOfEveryKindAndAnotherAlignmentAreCopied() throws IOException {
    GgufWriter writer =
        new GgufWriter()
            .alignment(64)
            .put("a", GgufKind.UINT8, 200)
            .put("b", GgufKind.INT16, -3)
            .put("c", GgufKind.FLOAT64, 0.1)
            .bool("d", true)
            .array("e", GgufKind.STRING, List.of("x", "", "yz"))
            .array(
                "f",
                GgufKind.ARRAY,
                List.of(new GgufWriter.Array(GgufKind.INT32, List.of(1, 2, 3))))
            .put("g", GgufKind.UINT64, 7)
            .string("h", "last")
            .tensor("m", TensorType.F32, new float[64], 2, 32);
    Path source = writer.write(folder.resolve("kinds.gguf"));

    try (GgufFile before = GgufFile.open(source);
        GgufFile after = GgufFile.open(convert(source, MatrixType.Q8_0))) {
      assertThat(after.metadata()).isEqualTo(before.metadata());
      assertThat(after.alignment()).isEqualTo(64);
      assertThat(values(after.tensors().getFirst())).containsOnly(0f);
    }
  }

  @Test
  void rowsThatAreNotWholeBlocksAreAnError() throws IOException {
    Path source =
        new GgufWriter()
            .tensor("odd", TensorType.F32, new float[20], 2, 10)
            .write(folder.resolve("odd.gguf"));
    try (GgufFile file = GgufFile.open(source)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Requantizer(file, MatrixType.Q8_0))
          .withMessageContaining("rows of odd have 10 values");
      assertThat(new Requantizer(file, MatrixType.F16).size()).isPositive();
    }
  }

  private Path write(GgufWriter writer) {
    return writer.uint32("general.file_type", 3).write(folder.resolve("source.gguf"));
  }

  private Path convert(Path source, MatrixType type) throws IOException {
    Path copy = Files.createFile(folder.resolve("copy-" + type + ".gguf"));
    try (GgufFile file = GgufFile.open(source)) {
      List<String> told = new ArrayList<>();
      new Requantizer(file, type).write(copy, (done, total, label) -> told.add(label));
      assertThat(told).hasSameSizeAs(file.tensors());
    }
    return copy;
  }

  private static byte[] bytes(Tensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      return tensor.map(arena).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static float[] values(Tensor tensor) {
    float[] all = new float[(int) (tensor.rows() * tensor.columns())];
    int[] at = {0};
    tensor.forEachValue((values, count) -> {
      System.arraycopy(values, 0, all, at[0], count);
      at[0] += count;
    });
    return Arrays.copyOf(all, at[0]);
  }
}
