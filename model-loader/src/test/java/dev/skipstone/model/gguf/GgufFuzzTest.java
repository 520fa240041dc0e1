package dev.skipstone.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.convert.GgufConversion;
import dev.skipstone.model.convert.MatrixType;
import dev.skipstone.model.testing.MicroModel;
import dev.skipstone.model.testing.Refusal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files broken at random: refused, or read as what they say now, and at no great cost. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GgufFuzzTest {
  private static final long MOST_BYTES = 64L << 20;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MUTATIONS = 5_000;

  private static final TensorType[] TYPES = TensorType.values();

  private static final long[] ABSURD = {
    0, 1, -1, 255, 1L << 16, 1L << 31, 1L << 32, 1L << 40, 1L << 61, Long.MAX_VALUE, Long.MIN_VALUE
  };

  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("fuzzed.gguf");
  }

  @Test
  void refusesAModelCutAtAnyByte() throws IOException {
    MicroModel micro =
        MicroModel.defaults().withLayers(1).withVocabulary(16).withSizes(32, 32).withHeads(1, 1, 8);
    byte[] whole = micro.writer().toBytes();
    Files.write(path, whole);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      for (int length = whole.length - 1; length >= 0; length--) {
        channel.truncate(length);
        Refusal.of(path, () -> Model.open(path));
      }
    }
  }

  @Test
  void survivesFlippedBits() throws IOException {
    fuzz(1, GgufFuzzTest::flipBits);
  }

  @Test
  void survivesAbsurdNumbers() throws IOException {
    fuzz(2, GgufFuzzTest::writeAbsurdNumber);
  }

  @Test
  void survivesMovedPieces() throws IOException {
    fuzz(3, GgufFuzzTest::movePiece);
  }

  private interface Mutation {
    /** Changes something in the first {@code header} bytes. */
    void apply(byte[] file, int header, Random random);
  }

  private static void flipBits(byte[] file, int header, Random random) {
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      file[random.nextInt(header)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  private static void writeAbsurdNumber(byte[] file, int header, Random random) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long value = ABSURD[random.nextInt(ABSURD.length)];
    int at = random.nextInt(header - Long.BYTES);
    if (random.nextBoolean()) {
      buffer.putLong(at, value);
    } else {
      buffer.putInt(at, (int) value);
    }
  }

  private static void movePiece(byte[] file, int header, Random random) {
    int length = 1 + random.nextInt(64);
    int from = random.nextInt(header - length);
    int to = random.nextInt(header - length);
    System.arraycopy(file, from, file, to, length);
  }

  private void fuzz(long seed, Mutation mutation) throws IOException {
    MicroModel micro = MicroModel.defaults().withLayers(1).withVocabulary(300).withSizes(32, 32);
    byte[][] models = new byte[TYPES.length][];
    int[] headers = new int[TYPES.length];
    for (int t = 0; t < TYPES.length; t++) {
      models[t] = micro.withMatrices(TYPES[t]).writer().toBytes();
      headers[t] = header(models[t]);
    }
    Random random = new Random(seed);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = models[i % TYPES.length].clone();
      int header = headers[i % TYPES.length];
      // The vocabulary takes most of the header; half of the changes go to what is before it.
      mutation.apply(mutated, random.nextBoolean() ? header : 1000, random);
      try (FileChannel channel =
          FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
        channel.truncate(mutated.length);
        channel.write(ByteBuffer.wrap(mutated));
      }
      openWithinLimits("mutation " + i);
    }
  }

  private int header(byte[] sound) throws IOException {
    Files.write(path, sound);
    try (GgufFile file = GgufFile.open(path)) {
      return (int) file.dataOffset();
    }
  }

  private void openWithinLimits(String mutation) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long nanos = System.nanoTime();
    try (Model model = Model.open(path)) {
      for (Tensor tensor : model.tensors()) {
        tensor.forEachValue((values, count) -> {});
      }
      GgufConversion conversion = GgufConversion.of(model, Optional.of(MatrixType.Q8_0));
      assertThat(conversion.size()).as(mutation).isPositive();
    } catch (ModelFileException refusal) {
      Refusal.checked(path, refusal);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(mutation + " lets " + e + " escape", e);
    }
    assertThat(System.nanoTime() - nanos).as(mutation).isLessThan(MOST_NANOS);
    assertThat(threads.getCurrentThreadAllocatedBytes() - bytes)
        .as(mutation)
        .isLessThan(MOST_BYTES);
  }
}
