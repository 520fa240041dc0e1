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
    BlockEncoder encoder = type.quantization().isPresent() ? new BlockEncoder(type) : null;
    for (int first = 0; first < values.length; first += type.blockSize()) {
      switch (type) {
        case F32 -> out.putFloat(values[first]);
        case F16 -> out.putShort(Float.floatToFloat16(values[first]));
        case BF16 -> out.putShort(bfloat16(values[first]));
        default -> out.put(encoder.encode(values, first));
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
}
