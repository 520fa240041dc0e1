package dev.skipstone.model;

/**
 * Encodes values as one tensor type, without state. Rounds as GGML's reference does, so that files
 * are the same to the byte.
 */
interface BlockEncoder {
  /**
   * Encodes a block.
   *
   * @param values holds the block's values from {@code from} on
   * @param target receives the block's bytes from {@code at} on
   * @throws ArithmeticException if the type can't hold a value
   */
  void encode(float[] values, int from, byte[] target, int at);

  /**
   * The encoder of a type.
   *
   * @throws IllegalArgumentException if there is none
   */
  static BlockEncoder of(TensorType type) {
    return switch (type) {
      case F32 -> (values, from, target, at) -> put32(target, at, values[from]);
      case F16 -> (values, from, target, at) -> putHalf(target, at, values[from]);
      case BF16 -> (values, from, target, at) -> putBfloat16(target, at, values[from]);
      case Q4_0 -> new Q4x0Encoder();
      case Q8_0 -> new Q8x0Encoder();
      default -> throw new IllegalArgumentException("values are not encoded as " + type);
    };
  }

  private static void put32(byte[] target, int at, float value) {
    int bits = Float.floatToRawIntBits(value);
    put16(target, at, bits);
    put16(target, at + 2, bits >>> 16);
  }

  /** Rounds half to even. */
  private static void putBfloat16(byte[] target, int at, float value) {
    int bits = Float.floatToIntBits(value);
    int rounded = Float.isNaN(value) ? bits : bits + 0x7fff + (bits >>> 16 & 1);
    put16(target, at, rounded >>> 16);
  }

  /** Puts a float16, rounded half to even. */
  static void putHalf(byte[] target, int at, float value) {
    short half = Float.floatToFloat16(value);
    if (!Float.isFinite(Float.float16ToFloat(half))) {
      throw new ArithmeticException(value + " is not in float16's range");
    }
    put16(target, at, half);
  }

  private static void put16(byte[] target, int at, int bits) {
    target[at] = (byte) bits;
    target[at + 1] = (byte) (bits >>> 8);
  }
}
