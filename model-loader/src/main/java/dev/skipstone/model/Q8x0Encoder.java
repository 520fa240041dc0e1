package dev.skipstone.model;

/** Q8_0: a scale d = max |x| / 127 as float16 and codes round(x / d), half away from zero. */
final class Q8x0Encoder implements BlockEncoder {
  private static final int VALUES = 32;

  @Override
  public void encode(float[] values, int from, byte[] target, int at) {
    float largest = 0;
    for (int i = 0; i < VALUES; i++) {
      // Math.max passes NaN on, which the scale can't be.
      largest = Math.max(largest, Math.abs(values[from + i]));
    }
    float scale = largest / Byte.MAX_VALUE;
    BlockEncoder.putHalf(target, at, scale);
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = 0; i < VALUES; i++) {
      float code = values[from + i] * inverse;
      int magnitude = Math.min(Byte.MAX_VALUE, (int) (Math.abs(code) + 0.5));
      target[at + 2 + i] = (byte) (code < 0 ? -magnitude : magnitude);
    }
  }
}
