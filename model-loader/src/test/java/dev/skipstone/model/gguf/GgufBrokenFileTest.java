package dev.skipstone.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.testing.GgufKind;
import dev.skipstone.model.testing.GgufWriter;
import dev.skipstone.model.testing.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken headers, one fault each. */
final class GgufBrokenFileTest {
  private static final int TENSOR_COUNT = 8;
  private static final int METADATA_COUNT = 16;
  private static final int FIRST_ENTRY = 24;

  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("broken.gguf");
  }

  @Test
  void refusesAnEmptyFile() {
    assertThat(refusal(new byte[0]))
        .hasMessageEndingWith("magic at byte 0: the file ends, 4 bytes are needed and 0 are left");
  }

  @Test
  void refusesOtherFiles() {
    assertThat(refusal("PK\3\4 and more".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("no GGUF file");
    assertThat(refusal("version https://git-lfs.github.com/".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("git lfs pull");
  }

  @Test
  void refusesBigEndianFiles() {
    assertThat(refusal(new GgufWriter().version(Integer.reverseBytes(3))))
        .hasMessageContaining("version at byte 4: the file is big-endian");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, -1})
  void refusesOtherVersions(int version) {
    assertThat(refusal(new GgufWriter().version(version)))
        .hasMessageContaining("version at byte 4: version " + Integer.toUnsignedString(version));
  }

  @ParameterizedTest
  @ValueSource(longs = {200, 1L << 31, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void refusesAbsurdCounts(long count) {
    byte[] file =
        new GgufWriter().string("k", "value").array("a", GgufKind.UINT64, List.of(1)).toBytes();
    int text = FIRST_ENTRY + 8 + 1 + 4;
    int array = text + 8 + 5 + 8 + 1 + 4 + 4;

    assertThat(refusal(patched(file, TENSOR_COUNT, count)))
        .hasMessageContaining(Long.toUnsignedString(count) + " tensors don't");
    refusal(patched(file, METADATA_COUNT, count));
    refusal(patched(file, FIRST_ENTRY, count));
    assertThat(refusal(patched(file, text, count))).hasMessageContaining("k at byte " + text);
    assertThat(refusal(patched(file, array, count)))
        .hasMessageContaining("a at byte " + array)
        .hasMessageContaining("elements don't fit");
  }

  @Test
  void refusesUnknownMetadataTypes() {
    byte[] file = new GgufWriter().uint32("k", 7).toBytes();
    file[FIRST_ENTRY + 8 + 1] = 13;

    assertThat(refusal(file)).hasMessageContaining("k at byte 33: there is no metadata type 13");
    file[FIRST_ENTRY + 8 + 1 + 3] = (byte) 0x80;
    assertThat(refusal(file)).hasMessageContaining("type 2147483661");
  }

  @Test
  void refusesTruthValuesThatAreNone() {
    byte[] file = new GgufWriter().array("k", GgufKind.BOOL, List.of(true, true)).toBytes();
    file[FIRST_ENTRY + 8 + 1 + 4 + 12 + 1] = 2;

    assertThat(refusal(file)).hasMessageContaining("0 or 1, not 2");
  }

  @Test
  void refusesDeepNesting() {
    GgufWriter.Array array = new GgufWriter.Array(GgufKind.UINT8, List.of(1));
    for (int depth = 1; depth < 8; depth++) {
      array = new GgufWriter.Array(GgufKind.ARRAY, List.of(array));
    }
    GgufFile.open(new GgufWriter().put("k", GgufKind.ARRAY, array).write(path)).close();
    GgufWriter.Array deeper = new GgufWriter.Array(GgufKind.ARRAY, List.of(array));

    assertThat(refusal(new GgufWriter().put("k", GgufKind.ARRAY, deeper)))
        .hasMessageContaining("nested more than 8 deep");
  }

  @Test
  void refusesWhatIsThereTwice() {
    assertThat(refusal(new GgufWriter().uint32("k", 1).uint32("k", 1)))
        .hasMessageContaining("k at byte")
        .hasMessageContaining("twice");
    assertThat(
            refusal(new GgufWriter().tensor("t", 0, new byte[4], 1).tensor("t", 0, new byte[4], 1)))
        .hasMessageContaining("tensor t at byte")
        .hasMessageContaining("two tensors of this name");
  }

  @Test
  void refusesEmptyNames() {
    assertThat(refusal(new GgufWriter().uint32("", 1))).hasMessageContaining("is empty");
    assertThat(refusal(new GgufWriter().tensor("", 0, new byte[4], 1)))
        .hasMessageContaining("has no name");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 33, 1L << 21, 1L << 31})
  void refusesOddAlignments(long alignment) {
    assertThat(refusal(new GgufWriter().uint32("general.alignment", alignment)))
        .hasMessageContaining("general.alignment at byte")
        .hasMessageContaining("power of two");
  }

  @Test
  void refusesAnAlignmentThatIsNoNumber() {
    assertThat(refusal(new GgufWriter().string("general.alignment", "32")))
        .hasMessageContaining("power of two");
    assertThat(refusal(new GgufWriter().put("general.alignment", GgufKind.UINT64, -1L)))
        .hasMessageContaining("power of two");
  }

  @Test
  void refusesOddDimensions() {
    assertThat(refusal(new GgufWriter().tensor("t", 0, new byte[4])))
        .hasMessageContaining("has 0 dimensions");
    assertThat(refusal(new GgufWriter().tensor("t", 0, new byte[4], 1, 1, 1, 1, 1)))
        .hasMessageContaining("has 5 dimensions");
    assertThat(refusal(new GgufWriter().tensor("t", 0, new byte[4], 1, 0)))
        .hasMessageContaining("dimension of 0 values");
    assertThat(refusal(new GgufWriter().tensor("t", 0, new byte[4], -1)))
        .hasMessageContaining("dimension of 18446744073709551615 values");
    assertThat(refusal(new GgufWriter().tensor("t", 0, new byte[4], 1L << 32, 1L << 32)))
        .hasMessageContaining("too large: [4294967296, 4294967296]");
    assertThat(refusal(new GgufWriter().tensor("t", 0, new byte[4], Long.MAX_VALUE)))
        .hasMessageContaining("too large");
    assertThat(refusal(new GgufWriter().tensor("t", 8, new byte[34], 33)))
        .hasMessageContaining("33 values are not whole Q8_0 blocks of 32");
  }

  @Test
  void refusesDataOutsideTheFile() {
    assertThat(refusal(new GgufWriter().header("t", 0, 0, 1)))
        .hasMessageContaining("beyond the end");
    GgufWriter sound = new GgufWriter().tensor("a", 0, new byte[64], 16);
    assertThat(refusal(sound.header("t", 0, 64, 1)))
        .hasMessageContaining("tensor t")
        .hasMessageContaining("beyond the end");
    for (long offset : new long[] {-32, Long.MIN_VALUE, Long.MAX_VALUE - 31}) {
      assertThat(refusal(new GgufWriter().tensor("a", 0, new byte[4], 1).header("t", 0, offset, 1)))
          .hasMessageContaining("beyond the end");
    }
    assertThat(refusal(new GgufWriter().tensor("a", 0, new byte[4], 1).header("t", 99, 32, 8)))
        .hasMessageContaining("beyond the end");
  }

  @Test
  void refusesDataAtOddPlaces() {
    GgufWriter writer = new GgufWriter().tensor("a", 0, new byte[128], 32);
    assertThat(refusal(writer.header("t", 0, 4, 1)))
        .hasMessageContaining("not a multiple of the alignment 32");
  }

  @Test
  void refusesDataThatOverlap() {
    GgufWriter writer = new GgufWriter().tensor("a", 0, new byte[128], 32);
    assertThat(refusal(writer.header("t", 99, 96, 1)))
        .hasMessageContaining("tensor t")
        .hasMessageContaining("overlap those of tensor a");
  }

  @Test
  void refusesMoreHeaderThanItReads() throws IOException {
    byte[] start = new GgufWriter().array("k", GgufKind.UINT8, List.of(1)).toBytes();
    ByteBuffer.wrap(start)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(FIRST_ENTRY + 8 + 1 + 4 + 4, HeaderReader.LONGEST_HEADER);
    Files.write(path, start);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(2 * HeaderReader.LONGEST_HEADER);
    }
    assertThat(Refusal.of(path, () -> GgufFile.open(path)))
        .hasMessageContaining("of the longest header that is read");
  }

  private static byte[] patched(byte[] file, int offset, long value) {
    byte[] copy = Arrays.copyOf(file, file.length);
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(offset, value);
    return copy;
  }

  private ModelFileException refusal(GgufWriter writer) {
    return refusal(writer.toBytes());
  }

  private ModelFileException refusal(byte[] content) {
    try {
      Files.write(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Refusal.of(path, () -> GgufFile.open(path));
  }
}
