package dev.skipstone.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.GgufKind;
import dev.skipstone.model.testing.GgufWriter;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.model.testing.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GgufFileTest {
  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("test.gguf");
  }

  @Test
  void readsEveryKindOfValue() {
    GgufWriter writer =
        new GgufWriter()
            .put("u8", GgufKind.UINT8, 255)
            .put("i8", GgufKind.INT8, -128)
            .put("u16", GgufKind.UINT16, 65_535)
            .put("i16", GgufKind.INT16, -32_768)
            .put("u32", GgufKind.UINT32, 4_294_967_295L)
            .put("i32", GgufKind.INT32, Integer.MIN_VALUE)
            .put("f32", GgufKind.FLOAT32, 1.5f)
            .put("yes", GgufKind.BOOL, true)
            .put("no", GgufKind.BOOL, false)
            .put("text", GgufKind.STRING, "Grüße, 世界 🌍")
            .put("empty", GgufKind.STRING, "")
            .put("u64", GgufKind.UINT64, Long.MAX_VALUE)
            .put("large u64", GgufKind.UINT64, -1L)
            .put("i64", GgufKind.INT64, Long.MIN_VALUE)
            .put("f64", GgufKind.FLOAT64, Math.PI);
    try (GgufFile file = GgufFile.open(writer.write(path))) {
      assertThat(file.metadata())
          .containsExactly(
              Map.entry("u8", 255),
              Map.entry("i8", -128),
              Map.entry("u16", 65_535),
              Map.entry("i16", -32_768),
              Map.entry("u32", 4_294_967_295L),
              Map.entry("i32", Integer.MIN_VALUE),
              Map.entry("f32", 1.5f),
              Map.entry("yes", true),
              Map.entry("no", false),
              Map.entry("text", "Grüße, 世界 🌍"),
              Map.entry("empty", ""),
              Map.entry("u64", Long.MAX_VALUE),
              Map.entry("large u64", new BigInteger("18446744073709551615")),
              Map.entry("i64", Long.MIN_VALUE),
              Map.entry("f64", Math.PI));
      assertThat(file.tensors()).isEmpty();
      assertThat(file.version()).isEqualTo(3);
      assertThat(file.alignment()).isEqualTo(32);
      assertThat(file.path()).isEqualTo(path);
    }
  }

  @Test
  void readsArrays() {
    GgufWriter writer =
        new GgufWriter()
            .array("i32", GgufKind.INT32, List.of(1, -2, 3))
            .array("u8", GgufKind.UINT8, List.of(0, 255))
            .array("f32", GgufKind.FLOAT32, List.of(0.5f, -0.5f))
            .array("bool", GgufKind.BOOL, List.of(true, false))
            .array("none", GgufKind.STRING, List.of())
            .array("text", GgufKind.STRING, List.of("a", "", "bc"))
            .array(
                "nested",
                GgufKind.ARRAY,
                List.of(
                    new GgufWriter.Array(GgufKind.STRING, List.of("x")),
                    new GgufWriter.Array(GgufKind.UINT16, List.of(7, 8))));
    try (GgufFile file = GgufFile.open(writer.write(path))) {
      assertThat(file.metadata().get("i32")).isEqualTo(List.of(1, -2, 3));
      assertThat(file.metadata().get("u8")).isEqualTo(List.of(0, 255));
      assertThat(file.metadata().get("f32")).isEqualTo(List.of(0.5f, -0.5f));
      assertThat(file.metadata().get("bool")).isEqualTo(List.of(true, false));
      assertThat(file.metadata().get("none")).isEqualTo(List.of());
      assertThat(file.metadata().get("text")).isEqualTo(List.of("a", "", "bc"));
      assertThat(file.metadata().get("nested")).isEqualTo(List.of(List.of("x"), List.of(7, 8)));
      List<?> packed = (List<?>) file.metadata().get("i32");
      assertThatThrownBy(() -> packed.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> packed.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void readsValuesLargerThanItsWindow() {
    String longText = "0123456789abcdef".repeat(20_000);
    List<Integer> numbers = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      numbers.add(i * 31);
      texts.add("token " + i);
    }
    GgufWriter writer =
        new GgufWriter()
            .string("text", longText)
            .array("numbers", GgufKind.INT32, numbers)
            .array("texts", GgufKind.STRING, texts)
            .uint32("last", 9);
    try (GgufFile file = GgufFile.open(writer.write(path))) {
      assertThat(file.metadata().get("text")).isEqualTo(longText);
      assertThat(file.metadata().get("numbers")).isEqualTo(numbers);
      assertThat(file.metadata().get("texts")).isEqualTo(texts);
      assertThat(file.metadata().get("last")).isEqualTo(9L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 32, 64, 4096})
  void findsTensorsAtAnyAlignment(int alignment) {
    float[] values = {1, 2, 3, 4, 5, 6};
    GgufWriter writer =
        new GgufWriter()
            .alignment(alignment)
            .tensor("a", TensorType.F32, values, 2, 3)
            .tensor("b", TensorType.F16, values, 1, 2, 3);
    try (GgufFile file = GgufFile.open(writer.write(path));
        Arena arena = Arena.ofConfined()) {
      Tensor a = file.tensors().get(0);
      Tensor b = file.tensors().get(1);

      assertThat(file.alignment()).isEqualTo(alignment);
      assertThat(file.dataOffset() % alignment).isZero();
      assertThat(a.shape()).containsExactly(2L, 3L);
      assertThat(a.rows()).isEqualTo(2);
      assertThat(a.columns()).isEqualTo(3);
      assertThat(a.byteSize()).isEqualTo(24);
      assertThat(a.offset()).isEqualTo(file.dataOffset());
      assertThat(b.rows()).isEqualTo(2);
      assertThat(b).hasToString("b F16 [1, 2, 3]");
      MemorySegment mapped = a.map(arena);
      assertThat(mapped.isReadOnly()).isTrue();
      assertThat(mapped.byteSize()).isEqualTo(24);
      assertThat(mapped.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).isEqualTo(values);
      b.forEachValue((piece, count) -> assertThat(piece).startsWith(values));
    }
  }

  @Test
  void readsVersion2() {
    Path file = new GgufWriter().version(2).string("a", "b").write(path);
    try (GgufFile read = GgufFile.open(file)) {
      assertThat(read.version()).isEqualTo(2);
      assertThat(read.metadata()).containsEntry("a", "b");
    }
  }

  @Test
  void listsTensorsOfTypesThatAreNotSupported() {
    GgufWriter writer =
        new GgufWriter().tensor("k", 17, new byte[148], 2, 256).tensor("odd", 999, new byte[64], 8);
    try (GgufFile file = GgufFile.open(writer.write(path));
        Arena arena = Arena.ofConfined()) {
      Tensor known = file.tensors().get(0);
      Tensor unknown = file.tensors().get(1);

      assertThat(known.typeName()).isEqualTo("IQ2_XS");
      assertThat(known.byteSize()).isEqualTo(148);
      assertThat(unknown.typeName()).isEqualTo("type 999");
      assertThat(unknown.byteSize()).isEqualTo(Tensor.UNKNOWN_SIZE);
      assertThat(Refusal.of(path, known::type))
          .hasMessageContaining("tensor k at byte")
          .hasMessageContaining("IQ2_XS is not supported; supported are F32, F16, Q4_0");
      assertThat(Refusal.of(path, () -> known.map(arena))).hasMessageContaining("IQ2_XS");
      assertThat(Refusal.of(path, () -> unknown.map(arena)))
          .hasMessageContaining("type 999 is not known; supported are F32");
      Refusal.of(path, () -> unknown.forEachValue((values, count) -> {}));
    }
  }

  @Test
  void readsFilesOfManyGigabytes() throws IOException {
    long far = 5L << 30;
    new GgufWriter()
        .header("large", TensorType.F16.ggufId(), 0, 3L << 19, 1024)
        .header("far", TensorType.F32.ggufId(), far, 4)
        .write(path);
    // Sparse: what is not written takes no space.
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ByteBuffer values = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(values.putFloat(12, 1.25f), Math.ceilDiv(channel.size(), 32L) * 32 + far);
    }
    try (GgufFile file = GgufFile.open(path);
        Arena arena = Arena.ofConfined()) {
      assertThat(file.tensors().get(0).map(arena).byteSize()).isEqualTo(3L << 30);
      file.tensors()
          .get(1)
          .forEachValue((values, count) -> assertThat(values).startsWith(0, 0, 0, 1.25f));
    }
  }

  @Test
  void mapsNoMoreOnceClosed() {
    GgufFile file = GgufFile.open(MicroModel.defaults().write(path));
    Tensor tensor = file.tensors().getFirst();
    file.close();
    file.close();
    try (Arena arena = Arena.ofConfined()) {
      assertThat(Refusal.of(path, () -> tensor.map(arena))).hasMessageContaining("was closed");
    }
  }

  @Test
  void keepsMappingsThatWereMadeBeforeClosing() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped;
      try (GgufFile file = GgufFile.open(MicroModel.defaults().write(path))) {
        mapped = file.tensors().getLast().map(arena);
      }
      assertThat(mapped.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0)).isBetween(0.3f, 1.7f);
    }
  }

  @Test
  void noticesThatTheFileWasCut() throws IOException {
    MicroModel.defaults().write(path);
    try (GgufFile file = GgufFile.open(path)) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(file.size() - 1);
      }
      assertThat(
              Refusal.of(path, () -> file.tensors().getLast().forEachValue((values, count) -> {})))
          .hasMessageContaining("changed since it was opened");
    }
  }

  @Test
  void noticesThatTheFileIsCutWhileValuesAreRead() {
    float[] values = new float[1 << 16];
    new GgufWriter().tensor("a", TensorType.F32, values, values.length).write(path);
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(Refusal.of(path, () -> file.tensors().getFirst().forEachValue(this::cut)))
          .hasMessageContaining("changed since it was opened");
    }
  }

  @Test
  void noticesThatTheFileWasRewritten() throws IOException {
    MicroModel.defaults().write(path);
    try (GgufFile file = GgufFile.open(path)) {
      Files.setLastModifiedTime(path, FileTime.fromMillis(1));
      Refusal.of(path, () -> file.tensors().getLast().forEachValue((values, count) -> {}));
    }
  }

  @Test
  void goesOnReadingAFileThatWasReplacedOrDeleted() throws IOException {
    MicroModel.defaults().write(path);
    Path other = Files.writeString(directory.resolve("other"), "other");
    try (GgufFile file = GgufFile.open(path);
        Arena arena = Arena.ofConfined()) {
      Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
      assertThat(file.tensors().getLast().map(arena).byteSize()).isPositive();
      Files.delete(path);
      assertThat(file.tensors().getLast().map(arena).byteSize()).isPositive();
    }
  }

  @Test
  void refusesWhatIsNoFile() throws IOException {
    assertThat(Refusal.of(path, () -> GgufFile.open(path))).hasMessageContaining("does not exist");
    assertThat(Refusal.of(directory, () -> GgufFile.open(directory)))
        .hasMessageContaining("is a directory")
        .extracting(ModelFileException::offset)
        .isEqualTo(ModelFileException.NO_OFFSET);
    Path loop = directory.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertThat(Refusal.of(loop, () -> GgufFile.open(loop))).hasMessageContaining("can't be opened");
  }

  @Test
  void refusesAFileWithoutPermission() throws IOException {
    new GgufWriter().write(path);
    assumeTrue(Files.getFileStore(path).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(path, Collections.emptySet());
    assumeFalse(Files.isReadable(path), "runs as root");
    assertThat(Refusal.of(path, () -> GgufFile.open(path))).hasMessageContaining("permission");
  }

  private void cut(float[] values, int count) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.truncate(count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
