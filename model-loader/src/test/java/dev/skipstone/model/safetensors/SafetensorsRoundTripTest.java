package dev.skipstone.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the writer writes, the reader reads. */
final class SafetensorsRoundTripTest {
  @TempDir Path folder;

  @Property(tries = 100)
  void tensorsComeBack(
      @ForAll @Size(max = 5) List<@IntRange(min = 1, max = 200) Integer> columns,
      @ForAll @IntRange(min = 1, max = 150) int rows,
      @ForAll boolean half,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    TensorType type = half ? TensorType.F16 : TensorType.F32;
    SafetensorsWriter writer = new SafetensorsWriter();
    float[][] values = new float[columns.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = new float[rows * columns.get(i)];
      for (int k = 0; k < values[i].length; k++) {
        float value = (float) random.nextGaussian();
        values[i][k] = half ? Float.float16ToFloat(Float.floatToFloat16(value)) : value;
      }
      writer.tensor("t." + i, type, values[i], rows, columns.get(i));
    }
    Path path = Files.createTempFile("tensors", ".safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(writer.write(path))) {
      assertThat(file.tensors()).hasSize(values.length);
      for (int i = 0; i < values.length; i++) {
        Tensor tensor = file.tensor("t." + i).orElseThrow();
        assertThat(tensor.type()).isEqualTo(type);
        assertThat(tensor.shape()).isEqualTo(List.of((long) rows, (long) columns.get(i)));
        assertThat(tensor.rows()).isEqualTo(rows);
        assertThat(tensor.columns()).isEqualTo((long) columns.get(i));
        assertThat(tensor.byteSize()).isEqualTo((long) values[i].length * type.blockBytes());
        assertThat(decoded(tensor)).isEqualTo(values[i]);
      }
    } finally {
      Files.delete(path);
    }
  }

  @Property(tries = 100)
  void metadataComeBack(@ForAll Map<@NotEmpty String, String> metadata) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    // What UTF-8 can't say, half of a surrogate pair, does not come back.
    metadata.entrySet().removeIf(entry -> !(sound(entry.getKey()) && sound(entry.getValue())));
    metadata.forEach(writer::metadata);
    Path path = Files.createTempFile("metadata", ".safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(writer.write(path))) {
      assertThat(file.metadata()).isEqualTo(metadata);
      metadata.keySet().forEach(key -> assertThat(file.metadataOffset(key)).isPositive());
    } finally {
      Files.delete(path);
    }
  }

  private static boolean sound(String text) {
    return text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
  }

  private static float[] decoded(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.rows() * tensor.columns())];
    int[] next = {0};
    tensor.forEachValue((piece, count) -> {
      System.arraycopy(piece, 0, values, next[0], count);
      next[0] += count;
    });
    return values;
  }

  @Test
  void mappedValuesAreTheFiles() throws IOException {
    float[] values = {1, -2, 0.5f};
    Path path =
        new SafetensorsWriter()
            .tensor("x", TensorType.F32, values, 3)
            .write(folder.resolve("x.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path);
        Arena arena = Arena.ofConfined()) {
      float[] mapped =
          file.tensors().getFirst().map(arena).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      assertThat(mapped).isEqualTo(values);
      // Float32 values are aligned in the file.
      assertThat(file.tensors().getFirst().offset() % 8).isZero();
    }
  }

  @Test
  void replacesAFileAndLeavesNothingElse() throws IOException {
    Path path = folder.resolve("x.safetensors");
    new SafetensorsWriter().tensor("a", TensorType.F16, new float[5], 5).write(path);
    new SafetensorsWriter().tensor("b", TensorType.F16, new float[2], 1, 2).write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path);
        Stream<Path> files = Files.list(folder)) {
      assertThat(file.tensor("a")).isEmpty();
      assertThat(file.tensor("b")).isPresent();
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Path folderInPlace = Files.createDirectories(folder.resolve("taken.safetensors/inside"));
    SafetensorsWriter writer = new SafetensorsWriter();
    assertThatThrownBy(() -> writer.write(folderInPlace.getParent()))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> writer.write(folder.resolve("missing/x.safetensors")))
        .isInstanceOf(NoSuchFileException.class);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folderInPlace.getParent());
    }
  }

  @Test
  void refusesWhatTheFormatOrTheTypeCanNotHold() {
    SafetensorsWriter writer = new SafetensorsWriter();
    assertThatThrownBy(() -> writer.tensor("x", TensorType.F16, new float[] {1, 70_000}, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor x: value 1, 70000.0, is not finite in F16");
    assertThatThrownBy(() -> writer.tensor("x", TensorType.F32, new float[] {Float.NaN}, 1))
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> writer.tensor("x", TensorType.F32, new float[5], 2, 3))
        .hasMessageContaining("5 values for the shape [2, 3]");
    assertThatThrownBy(() -> writer.tensor("x", TensorType.Q8_0, new float[32], 32))
        .hasMessageContaining("not Q8_0");
    assertThatThrownBy(() -> writer.tensor("__metadata__", TensorType.F32, new float[1], 1))
        .hasMessageContaining("__metadata__");
  }
}
