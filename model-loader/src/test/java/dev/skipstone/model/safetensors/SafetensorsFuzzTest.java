package dev.skipstone.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.Refusal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Files broken at random: refused, or read as what they say now, and at no great cost. */
final class SafetensorsFuzzTest {
  private static final long MOST_BYTES = 4L << 20;

  private static final String[] ABSURD = {
    "-1", "0", "1e9", "4294967296", "9223372036854775807", "99999999999999999999", "null", "[[", "}"
  };

  private static Path path;
  private static byte[] sound;
  private static int header;

  @BeforeContainer
  static void write() throws IOException {
    path = Files.createTempFile("fuzzed", ".safetensors");
    new SafetensorsWriter()
        .metadata("format", "fuzzed")
        .metadata("list", "0-31,64-95")
        .tensor("first", TensorType.F16, new float[12], 3, 4)
        .tensor("second", TensorType.F32, new float[5], 5)
        .tensor("third", TensorType.F16, new float[64], 2, 4, 8)
        .write(path);
    sound = Files.readAllBytes(path);
    header = 8 + (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
  }

  @AfterContainer
  static void delete() throws IOException {
    Files.delete(path);
  }

  @Property(tries = 2000)
  void survivesChangedBytes(
      @ForAll @Size(min = 1, max = 4) byte[] values, @ForAll @IntRange(max = 1 << 20) int place)
      throws IOException {
    byte[] changed = sound.clone();
    for (int i = 0; i < values.length; i++) {
      changed[(place + 97 * i) % header] = values[i];
    }
    open(changed);
  }

  @Property(tries = 1000)
  void survivesAbsurdNumbers(
      @ForAll @IntRange(max = 1 << 20) int place, @ForAll @IntRange(max = 8) int which)
      throws IOException {
    byte[] changed = sound.clone();
    int at = 8 + place % (header - 8 - 20);
    byte[] text = ABSURD[which].getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, changed, at, text.length);
    open(changed);
  }

  @Property(tries = 1000)
  void survivesMovedPieces(
      @ForAll @IntRange(max = 1 << 20) int from,
      @ForAll @IntRange(max = 1 << 20) int to,
      @ForAll @IntRange(min = 1, max = 64) int length)
      throws IOException {
    byte[] changed = sound.clone();
    System.arraycopy(sound, from % (header - length), changed, to % (header - length), length);
    open(changed);
  }

  @Property(tries = 500)
  void refusesAFileCutAnywhere(@ForAll @IntRange(max = 1 << 20) int place) throws IOException {
    Files.write(path, Arrays.copyOf(sound, place % sound.length));
    Refusal.of(path, () -> SafetensorsFile.open(path).close());
  }

  private static void open(byte[] bytes) throws IOException {
    Files.write(path, bytes);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (Tensor tensor : file.tensors()) {
        tensor.forEachValue((values, count) -> {});
      }
    } catch (ModelFileException refusal) {
      Refusal.checked(path, refusal);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
  }
}
