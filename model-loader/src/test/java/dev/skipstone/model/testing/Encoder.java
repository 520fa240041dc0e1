package dev.skipstone.model.testing;

import dev.skipstone.model.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Encodes values to tensor types: plain, with the usual rounding, not made to be fast. */
public final class Encoder {
  private Encoder() {}

  /**
   * Encodes values as blocks, one after another.
   *
   * @param values as many as fill whole blocks
   */
  public static byte[] encode(TensorType type, float[] values) {
    if (values.length % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          values.length + " values are not whole " + type + " blocks");
    }
    int blocks = values.length / type.blockSize();
    ByteBuffer out = ByteBuffer.allocate(blocks * type.blockBytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int first = 0; first < values.length; first += type.blockSize()) {
      switch (type) {
        case F32 -> out.putFloat(values[first]);
        case F16 -> out.putShort(Float.floatToFloat16(values[first]));
        case BF16 -> out.putShort(bfloat16(values[first]));
        case Q8_0 -> q8x0(values, first, out);
        case Q4_0 -> q4x0(values, first, out);
        case Q4_1 -> q4x1(values, first, out);
      }
    }
    return out.array();
  }

  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    // Half to even: adds just under half of the last kept bit, and one more where that bit is odd.
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  private static void q8x0(float[] values, int first, ByteBuffer out) {
    float largest = 0;
    for (int i = 0; i < 32; i++) {
      largest = Math.max(largest, Math.abs(values[first + i]));
    }
    float scale = largest / 127;
    out.putShort(Float.floatToFloat16(scale));
    for (int i = 0; i < 32; i++) {
      out.put((byte) (scale == 0 ? 0 : Math.round(values[first + i] / scale)));
    }
  }

  private static void q4x0(float[] values, int first, ByteBuffer out) {
    float largest = 0;
    for (int i = 0; i < 32; i++) {
      float value = values[first + i];
      largest = Math.abs(value) > Math.abs(largest) ? value : largest;
    }
    // The value of largest magnitude, whichever its sign, becomes -8, the end with one more step.
    float scale = largest / -8;
    out.putShort(Float.floatToFloat16(scale));
    nibbles(values, first, scale, -8 * scale, out);
  }

  private static void q4x1(float[] values, int first, ByteBuffer out) {
    float low = values[first];
    float high = low;
    for (int i = 1; i < 32; i++) {
      low = Math.min(low, values[first + i]);
      high = Math.max(high, values[first + i]);
    }
    float scale = (high - low) / 15;
    out.putShort(Float.floatToFloat16(scale)).putShort(Float.floatToFloat16(low));
    nibbles(values, first, scale, low, out);
  }

  /** Writes 32 values as steps over {@code zero}: the first half in the low nibbles. */
  private static void nibbles(float[] values, int first, float scale, float zero, ByteBuffer out) {
    for (int i = 0; i < 16; i++) {
      int low = step(values[first + i], scale, zero);
      int high = step(values[first + 16 + i], scale, zero);
      out.put((byte) (low | high << 4));
    }
  }

  private static int step(float value, float scale, float zero) {
    return scale == 0 ? 0 : Math.clamp(Math.round((value - zero) / scale), 0, 15);
  }
}
