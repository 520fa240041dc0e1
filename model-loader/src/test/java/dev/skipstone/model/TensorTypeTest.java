package dev.skipstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.model.gguf.GgufFile;
import dev.skipstone.model.testing.Encoder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The golden values were made with the gguf package. */
final class TensorTypeTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/quants");

  @ParameterizedTest
  @EnumSource
  void decodesTheGoldenTensorExactly(TensorType type) throws IOException {
    float[] expected = golden(type);
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("quants.gguf"));
        Arena arena = Arena.ofConfined()) {
      Tensor tensor = tensor(file, type);
      float[] actual = new float[expected.length];
      type.decode(tensor.map(arena), 0, expected.length / type.blockSize(), actual, 0);

      assertThat(tensor.type()).isEqualTo(type);
      assertThat(bits(actual)).isEqualTo(bits(expected));
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamsTheGoldenTensor(TensorType type) throws IOException {
    float[] expected = golden(type);
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("quants.gguf"))) {
      ByteBuffer all = ByteBuffer.allocate(4 * expected.length);
      tensor(file, type)
          .forEachValue((values, count) -> {
            for (int i = 0; i < count; i++) {
              all.putFloat(values[i]);
            }
          });

      assertThat(all.hasRemaining()).isFalse();
      assertThat(all.flip().asFloatBuffer().mismatch(FloatBuffer.wrap(expected))).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void decodesFromAnyBlockToAnyPlace(TensorType type) throws IOException {
    float[] expected = golden(type);
    int block = type.blockSize();
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("quants.gguf"));
        Arena arena = Arena.ofConfined()) {
      float[] actual = new float[2 * block + 2];
      type.decode(tensor(file, type).map(arena), 3, 2, actual, 1);

      assertThat(actual[0]).isZero();
      assertThat(actual[2 * block + 1]).isZero();
      for (int i = 0; i < 2 * block; i++) {
        assertThat(actual[1 + i]).isEqualTo(expected[3 * block + i]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesToReadOrWriteOutside(TensorType type) {
    MemorySegment two = MemorySegment.ofArray(new byte[2 * type.blockBytes()]);
    float[] target = new float[2 * type.blockSize()];

    assertThatThrownBy(() -> type.decode(two, 1, 2, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> type.decode(two, -1, 1, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> type.decode(two, 0, 2, target, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> type.decode(two, Long.MAX_VALUE / 2, 2, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @EnumSource
  void comesBackFromTheEncoderWithinItsPrecision(TensorType type) {
    Random random = new Random(5);
    float[] values = new float[2 * 256];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    float[] decoded = new float[values.length];
    type.decode(
        MemorySegment.ofArray(Encoder.encode(type, values)),
        0,
        values.length / type.blockSize(),
        decoded,
        0);

    float error =
        switch (type) {
          case F32 -> 0;
          case F16 -> 0.002f;
          case BF16, Q8_0 -> 0.02f;
          case Q6_K -> 0.1f;
          case Q5_0, Q5_1, Q5_K -> 0.25f;
          case Q4_0, Q4_1, Q4_K, IQ4_NL, IQ4_XS -> 0.5f;
          case Q2_K, Q3_K -> 1;
        };
    for (int i = 0; i < values.length; i++) {
      assertThat(decoded[i]).isEqualTo(values[i], within(error));
    }
  }

  @ParameterizedTest
  @EnumSource
  void encoderKeepsWhatWasDecoded(TensorType type) throws IOException {
    float[] golden = golden(type);
    byte[] encoded = Encoder.encode(type, golden);
    float[] decoded = new float[golden.length];
    type.decode(MemorySegment.ofArray(encoded), 0, golden.length / type.blockSize(), decoded, 0);
    double error = 0;
    double size = 0;
    for (int i = 0; i < golden.length; i++) {
      error += Math.pow(decoded[i] - golden[i], 2);
      size += Math.pow(golden[i], 2);
    }
    assertThat(Math.sqrt(error / size)).isLessThan(type == TensorType.Q2_K ? 0.3 : 0.15);
  }

  @Test
  void isFoundByItsNumber() {
    for (TensorType type : TensorType.values()) {
      assertThat(TensorType.ofGgufId(type.ggufId())).contains(type);
    }
    assertThat(TensorType.ofGgufId(15)).isEmpty();
    assertThat(TensorType.names())
        .isEqualTo(
            "F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS,"
                + " BF16");
  }

  private static Tensor tensor(GgufFile file, TensorType type) {
    return file.tensors().stream()
        .filter(tensor -> tensor.name().equals("t." + type))
        .findFirst()
        .orElseThrow();
  }

  private static float[] golden(TensorType type) throws IOException {
    byte[] bytes = Files.readAllBytes(GOLDEN.resolve(type + ".f32"));
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
