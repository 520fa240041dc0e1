package dev.skipstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Encoded values against GGML's. */
final class BlockEncoderTest {
  /** Made with the gguf package; encodings/make.py says how. */
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "Q8_0", "Q4_0"})
  void bytesAreThoseOfGgml(TensorType type) throws IOException {
    JsonNode expected;
    try (InputStream in = getClass().getResourceAsStream("/encodings/encodings.json")) {
      expected = new ObjectMapper().readTree(in);
    }
    float[] values = new float[expected.get("values").size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = expected.get("values").get(i).floatValue();
    }

    assertThat(HexFormat.of().formatHex(encode(type, values)))
        .isEqualTo(expected.get(type.name()).textValue());
  }

  @Test
  void f32KeepsAllBits() {
    float[] values = {1.5f, -0f, Float.NaN, Float.MIN_VALUE, Float.POSITIVE_INFINITY};
    byte[] bytes = encode(TensorType.F32, values);
    float[] decoded = new float[values.length];
    TensorType.F32.decode(MemorySegment.ofArray(bytes), 0, values.length, decoded, 0);
    assertThat(decoded).containsExactly(values);
  }

  @ParameterizedTest
  @CsvSource({
    "F16, 1e6",
    "F16, NaN",
    "F16, Infinity",
    "Q8_0, 1e7",
    "Q8_0, NaN",
    "Q8_0, -Infinity",
    "Q4_0, 1e7",
    "Q4_0, NaN",
    "Q4_0, Infinity"
  })
  void valuesThatTheTypeCantHoldAreRefused(TensorType type, float value) {
    for (int place : new int[] {0, type.blockSize() - 1}) {
      float[] values = new float[type.blockSize()];
      Arrays.fill(values, 0.5f);
      values[place] = value;
      assertThatExceptionOfType(ArithmeticException.class)
          .isThrownBy(() -> encode(type, values))
          .withMessageContaining("not in float16's range");
    }
  }

  @Test
  void tinyScalesGiveZeros() {
    float[] values = new float[32];
    Arrays.fill(values, 1e-42f);
    for (TensorType type : new TensorType[] {TensorType.Q8_0, TensorType.Q4_0}) {
      float[] decoded = new float[32];
      type.decode(MemorySegment.ofArray(encode(type, values)), 0, 1, decoded, 0);
      assertThat(decoded).as("%s", type).containsOnly(0f);
    }
  }

  @Test
  void otherTypesHaveNoEncoder() {
    assertThatIllegalArgumentException().isThrownBy(() -> encode(TensorType.Q4_K, new float[256]));
  }

  private static byte[] encode(TensorType type, float[] values) {
    int blocks = values.length / type.blockSize();
    byte[] bytes = new byte[blocks * type.blockBytes()];
    type.encode(values, 0, blocks, bytes);
    return bytes;
  }
}
