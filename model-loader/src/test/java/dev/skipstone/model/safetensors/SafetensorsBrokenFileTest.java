package dev.skipstone.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.testing.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way of being broken is refused, naming the file, the field and the place. */
final class SafetensorsBrokenFileTest {
  @TempDir Path folder;

  /** A header, and how many bytes of data are behind it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          []                                                              | 0 | header       | is no JSON object
          {"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}           | 4 | header       | Unexpected end-of-input
          {"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}} 5        | 4 | header       | goes on behind its end
          {"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"a":{}}   | 4 | header       | Duplicate field 'a'
          {"a":[1]}                                                       | 0 | tensor a     | is not an object
          {"a":{"dtype":"F16","shape":[2]}}                               | 4 | tensor a     | needs a dtype, a shape and two data_offsets
          {"a":{"dtype":7,"shape":[2],"data_offsets":[0,4]}}              | 4 | tensor a.dtype | is not a text
          {"a":{"dtype":"F16","shape":[2.5],"data_offsets":[0,4]}}        | 4 | tensor a.shape | is not a list of whole numbers
          {"a":{"dtype":"F16","shape":[99999999999999999999],"data_offsets":[0,4]}} | 4 | header | out of range of
          {"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4],"x":1}}    | 4 | tensor a     | has a field that the format lacks: x
          {"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}          | 2 | tensor a     | its data reach to 4 of the 2 bytes that the file has
          {"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}          | 5 | data         | the file has 5 bytes of data, and its tensors take 4
          {"a":{"dtype":"F16","shape":[3],"data_offsets":[0,4]}}          | 4 | tensor a     | its 4 bytes are not 3 values of F16
          {"a":{"dtype":"F16","shape":[0],"data_offsets":[0,0]}}          | 0 | tensor a     | has a dimension of 0 values
          {"a":{"dtype":"F16","shape":[-2,-1],"data_offsets":[0,4]}}      | 4 | tensor a     | has a dimension of -2 values
          {"a":{"dtype":"F16","shape":[4294967296,4294967296],"data_offsets":[0,4]}} | 4 | tensor a | its dimensions are too large
          {"a":{"dtype":"F16","shape":[2],"data_offsets":[4,0]}}          | 4 | tensor a     | data offsets 4 to 0 are no range
          {"a":{"dtype":"F16","shape":[2],"data_offsets":[-4,0]}}         | 4 | tensor a     | data offsets -4 to 0 are no range
          {"a":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}          | 4 | tensor a     | its data begin at 2 of the data, not at 0
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}} | 4 | tensor b | its data begin at 2 of the data, not at 3
          {"__metadata__":{"k":5}}                                        | 0 | __metadata__.k | is not a text
          {"__metadata__":"text"}                                         | 0 | __metadata__ | is not an object
          """)
  void refuses(String header, int data, String field, String problem) throws IOException {
    Path path = write(header, data);
    ModelFileException refusal = Refusal.of(path, () -> SafetensorsFile.open(path).close());
    assertThat(refusal).hasMessageContaining(problem);
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(refusal.offset()).isBetween(-1L, Files.size(path));
  }

  @Test
  void refusesALengthThatTheFileDoesNotHave() throws IOException {
    for (long length : new long[] {0, 1, 11, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      ByteBuffer bytes = ByteBuffer.allocate(18).order(ByteOrder.LITTLE_ENDIAN);
      Path path = folder.resolve("length.safetensors");
      Files.write(path, bytes.putLong(length).put("{}".getBytes(StandardCharsets.UTF_8)).array());
      assertThat(Refusal.of(path, () -> SafetensorsFile.open(path).close()))
          .hasMessageContaining("header length at byte 0")
          .hasMessageContaining("is not in 2 to 10");
    }
  }

  @Test
  void refusesWhatIsNoSuchFile() throws IOException {
    Path path = folder.resolve("short.safetensors");
    Files.writeString(path, "short");
    assertThat(Refusal.of(path, () -> SafetensorsFile.open(path).close()))
        .hasMessageContaining("the file has only 5 bytes");
    Files.writeString(path, "version https://git-lfs.github.com/spec/v1\n");
    assertThat(Refusal.of(path, () -> SafetensorsFile.open(path).close()))
        .hasMessageContaining("git lfs pull");
    Path missing = folder.resolve("missing.safetensors");
    assertThat(Refusal.of(missing, () -> SafetensorsFile.open(missing).close()))
        .hasMessageContaining("does not exist");
    assertThat(Refusal.of(folder, () -> SafetensorsFile.open(folder).close()))
        .hasMessageContaining("is a directory");
  }

  @Test
  void showsATypeThatIsNotSupportedAndRefusesItsValues() throws IOException {
    Path path = write("{\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}", 8);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      var tensor = file.tensors().getFirst();
      assertThat(tensor.typeName()).isEqualTo("I64");
      assertThat(tensor.rows() * tensor.columns()).isEqualTo(1);
      assertThat(Refusal.of(path, () -> tensor.forEachValue((values, count) -> {})))
          .hasMessageContaining("type I64 is not supported; supported are F32, F16, BF16");
    }
  }

  private Path write(String header, int data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    return Files.write(
        folder.resolve("broken.safetensors"), bytes.putLong(text.length).put(text).array());
  }
}
