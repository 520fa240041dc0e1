package dev.skipstone.model.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.gguf.GgufFile;
import dev.skipstone.model.testing.GgufWriter;
import dev.skipstone.model.testing.MicroModel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** GGUF files in another type: what is in them, and how they are written. */
final class GgufConversionTest {
  @TempDir Path folder;
  private Path source;
  private Path target;

  /** Stands for whatever ends a process. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void write() {
    source = write(MicroModel.defaults().withMatrices(TensorType.Q4_1).writer());
    target = folder.resolve("copy.gguf");
  }

  private Path write(GgufWriter writer) {
    return writer.uint32("general.file_type", 3).write(folder.resolve("source.gguf"));
  }

  private long convert(MatrixType type, ConversionListener listener) throws IOException {
    return convert(type, false, listener);
  }

  private long convert(MatrixType type, boolean replace, ConversionListener listener)
      throws IOException {
    try (Model model = Model.open(source)) {
      return GgufConversion.of(model, Optional.of(type)).write(target, replace, listener, 0);
    }
  }

  private static void quietly(long done, long total, String tensor) {
    // Nobody looks on.
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void matricesAreEncodedAndTheRestStays(MatrixType type) throws IOException {
    assertThat(convert(type, GgufConversionTest::quietly)).isZero();

    try (GgufFile before = GgufFile.open(source);
        GgufFile after = GgufFile.open(target)) {
      Map<String, Object> expected = new HashMap<>(before.metadata());
      expected.put("general.file_type", (long) type.fileType());
      expected.put("general.quantization_version", 2L);
      assertThat(after.metadata()).isEqualTo(expected);
      for (int i = 0; i < before.tensors().size(); i++) {
        Tensor old = before.tensors().get(i);
        Tensor now = after.tensors().get(i);
        assertThat(now.name()).isEqualTo(old.name());
        assertThat(now.shape()).isEqualTo(old.shape());
        // The output is the embedding here.
        TensorType wanted = type.of(old, old.name().equals("token_embd.weight"));
        assertThat(now.type()).as(now.name()).isEqualTo(wanted);
        assertThat(bytes(now)).as(now.name()).isEqualTo(encoded(wanted, old));
      }
    }
    assertThat(files()).containsExactly("copy.gguf", "source.gguf");
  }

  @Test
  void fourBitsAreNotForTheOutput() throws IOException {
    convert(MatrixType.Q4_0, GgufConversionTest::quietly);

    try (GgufFile file = GgufFile.open(target)) {
      for (Tensor tensor : file.tensors()) {
        TensorType type =
            tensor.shape().size() < 2
                ? TensorType.F32
                : tensor.name().startsWith("token_embd") ? TensorType.Q8_0 : TensorType.Q4_0;
        assertThat(tensor.type()).as(tensor.name()).isEqualTo(type);
      }
    }
  }

  @Test
  void rowsThatAreNotWholeBlocksBecomeFloat16() throws IOException {
    source = write(MicroModel.defaults().withSizes(64, 72).writer());

    convert(MatrixType.Q8_0, GgufConversionTest::quietly);

    try (GgufFile file = GgufFile.open(target)) {
      assertThat(
              file.tensors().stream()
                  .filter(tensor -> tensor.name().contains("ffn_down"))
                  .map(Tensor::type))
          .hasSize(4)
          .containsOnly(TensorType.F16);
    }
  }

  @Test
  void whatHasTheTypeAlreadyIsCopiedToTheBit() throws IOException {
    source = write(MicroModel.defaults().withMatrices(TensorType.Q8_0).writer());

    convert(MatrixType.Q8_0, GgufConversionTest::quietly);

    try (GgufFile before = GgufFile.open(source);
        GgufFile after = GgufFile.open(target)) {
      for (int i = 0; i < before.tensors().size(); i++) {
        assertThat(bytes(after.tensors().get(i))).isEqualTo(bytes(before.tensors().get(i)));
      }
    }
  }

  @Test
  void anEndedConversionGoesOnToTheSameBytes() throws IOException {
    convert(MatrixType.Q8_0, GgufConversionTest::quietly);
    byte[] whole = Files.readAllBytes(target);
    for (String last : List.of("token_embd.weight", "blk.2.attn_k.weight", "output_norm.weight")) {
      Files.delete(target);
      endAt(last);
      assertThat(files()).contains("copy.gguf.part").doesNotContain("copy.gguf");

      long from = convert(MatrixType.Q8_0, GgufConversionTest::quietly);

      assertThat(from).as("bytes that were there").isEqualTo(end(last)).isLessThan(whole.length);
      assertThat(Files.readAllBytes(target)).as("ended at %s", last).isEqualTo(whole);
      assertThat(files()).containsExactly("copy.gguf", "source.gguf");
    }
  }

  /** Where the tensor before one ends. */
  private long end(String tensor) throws IOException {
    try (GgufFile file = GgufFile.open(target)) {
      long end = file.dataOffset();
      for (Tensor candidate : file.tensors()) {
        if (candidate.name().equals(tensor)) {
          return end;
        }
        end = candidate.offset() + candidate.byteSize();
      }
    }
    throw new IllegalArgumentException(tensor);
  }

  private void endAt(String last) {
    assertThatThrownBy(() ->
            convert(
                MatrixType.Q8_0,
                (done, total, tensor) -> {
                  if (tensor.equals(last)) {
                    throw new Ended();
                  }
                }))
        .isInstanceOf(Ended.class);
  }

  @Test
  void whatIsBehindTheLastSureByteIsWrittenAgain() throws IOException {
    convert(MatrixType.Q8_0, GgufConversionTest::quietly);
    byte[] whole = Files.readAllBytes(target);
    Files.delete(target);
    endAt("blk.1.attn_q.weight");
    // As if the machine had gone down: the file is longer than what reached the disk.
    Files.write(folder.resolve("copy.gguf.part"), new byte[100_000], StandardOpenOption.APPEND);

    convert(MatrixType.Q8_0, GgufConversionTest::quietly);

    assertThat(Files.readAllBytes(target)).isEqualTo(whole);
  }

  @Test
  void aChangedModelOrTypeBeginsAnew() throws IOException {
    endAt("output_norm.weight");
    Files.setLastModifiedTime(source, FileTime.fromMillis(1_000_000));
    assertThat(convert(MatrixType.Q8_0, GgufConversionTest::quietly)).isZero();
    Files.delete(target);

    endAt("output_norm.weight");
    assertThat(convert(MatrixType.F16, GgufConversionTest::quietly)).isZero();
  }

  @Test
  void aBrokenStateBeginsAnew() throws IOException {
    for (String state : new String[] {"", "x", "a b c", "x 12", "\0\0 999999999999999999999"}) {
      endAt("output_norm.weight");
      Files.writeString(folder.resolve("copy.gguf.part.state"), state);
      assertThat(convert(MatrixType.Q8_0, GgufConversionTest::quietly)).as(state).isZero();
      Files.delete(target);
    }
  }

  @Test
  void aFileThatIsThereIsReplacedOnlyOnDemand() throws IOException {
    Files.writeString(target, "mine");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> convert(MatrixType.F16, GgufConversionTest::quietly));
    assertThat(target).hasContent("mine");

    convert(MatrixType.F16, true, GgufConversionTest::quietly);
    assertThat(Files.size(target)).isGreaterThan(1000);
  }

  @Test
  void theModelItselfIsNeverReplaced() {
    target = source;
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> convert(MatrixType.F16, true, GgufConversionTest::quietly))
        .withMessageContaining("it is the model itself");
  }

  @Test
  void onlyOneWritesAFile() throws IOException {
    Path part = Files.createFile(folder.resolve("copy.gguf.part"));
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      assertThatExceptionOfType(FileSystemException.class)
          .isThrownBy(() -> convert(MatrixType.F16, GgufConversionTest::quietly))
          .withMessageContaining("another conversion is writing it");
    }
  }

  @Test
  void aValueThatTheTypeCantHoldIsNamedAndNothingStays() throws IOException {
    float[] values = new float[64 * 288];
    values[100] = 1e6f;
    source =
        write(
            MicroModel.defaults()
                .withTiedOutput(false)
                .writer()
                .withoutTensor("output.weight")
                .tensor("output.weight", TensorType.F32, values, 288, 64));

    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> convert(MatrixType.F16, GgufConversionTest::quietly))
        .withMessageContaining("tensor output.weight: can't become F16: 1000000.0 is not in");
    assertThat(files()).containsExactly("source.gguf");
  }

  @Test
  void anInterruptLeavesWhatThereIs() throws IOException {
    assertThatThrownBy(() ->
            convert(
                MatrixType.F16,
                (done, total, tensor) -> {
                  if (tensor.equals("blk.1.attn_q.weight")) {
                    Thread.currentThread().interrupt();
                  }
                }))
        .isInstanceOfAny(IOException.class, ModelFileException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(files()).contains("copy.gguf.part").doesNotContain("copy.gguf");

    assertThat(convert(MatrixType.F16, GgufConversionTest::quietly)).isPositive();
  }

  @Test
  void loadingInATypeGivesTheBytesOfTheFile() throws IOException {
    convert(MatrixType.Q4_0, GgufConversionTest::quietly);
    try (Model file = Model.open(target);
        Model loaded = new QuantizedModel(Model.open(source), MatrixType.Q4_0)) {
      for (TensorRole role : TensorRole.values()) {
        Optional<Tensor> expected = file.find(role, 1);
        Optional<Tensor> actual = loaded.find(role, 1);
        assertThat(actual.isPresent()).as("%s", role).isEqualTo(expected.isPresent());
        if (expected.isPresent()) {
          assertThat(actual.get().type()).isEqualTo(expected.get().type());
          assertThat(bytes(actual.get())).as("%s", role).isEqualTo(bytes(expected.get()));
          assertThat(actual.get().byteSize()).isEqualTo(expected.get().byteSize());
        }
      }
      assertThat(loaded.fingerprint()).isEqualTo(file.fingerprint());
    }
  }

  private static byte[] encoded(TensorType type, Tensor tensor) {
    float[] values = new float[(int) (tensor.rows() * tensor.columns())];
    int[] at = {0};
    tensor.forEachValue((piece, count) -> {
      System.arraycopy(piece, 0, values, at[0], count);
      at[0] += count;
    });
    int blocks = values.length / type.blockSize();
    byte[] bytes = new byte[blocks * type.blockBytes()];
    type.encode(values, 0, blocks, bytes);
    return bytes;
  }

  private static byte[] bytes(Tensor tensor) {
    try (Arena arena = Arena.ofConfined()) {
      return tensor.map(arena).toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
