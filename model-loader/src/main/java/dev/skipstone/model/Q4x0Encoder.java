package dev.skipstone.model;

/**
 * Q4_0: the value x that is largest in magnitude, the first of several, gives the scale d = x / -8;
 * codes are x / d + 8 rounded, at most 15.
 */
final class Q4x0Encoder implements BlockEncoder {
  private static final int PAIRS = 16;
  private static final int HIGHEST = 15;

  @Override
  public void encode(float[] values, int from, byte[] target, int at) {
    float largest = 0;
    for (int i = from; i < from + 2 * PAIRS; i++) {
      // NaN stays, which the scale can't be.
      if (Math.abs(values[i]) > Math.abs(largest) || Float.isNaN(values[i])) {
        largest = values[i];
      }
    }
    float scale = largest / -8;
    BlockEncoder.putHalf(target, at, scale);
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = 0; i < PAIRS; i++) {
      int low = code(values[from + i], inverse);
      int high = code(values[from + PAIRS + i], inverse);
      target[at + 2 + i] = (byte) (low | high << 4);
    }
  }

  /** The product is rounded before the sum, as GGML's reference does where it is not fused. */
  private static int code(float value, float inverse) {
    return Math.min(HIGHEST, (int) (value * inverse + 8.5f));
  }
}
