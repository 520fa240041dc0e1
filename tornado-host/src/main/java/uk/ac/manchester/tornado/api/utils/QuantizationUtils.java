package uk.ac.manchester.tornado.api.utils;

import uk.ac.manchester.tornado.api.types.arrays.Int8Array;

/** Arithmetic on four 8-bit integers at a time. */
public class QuantizationUtils {
  private QuantizationUtils() {}

  /** The dot product of four elements of each array from the offsets on, added to {@code c}. */
  public static int dp4a(Int8Array a, long offsetA, Int8Array b, long offsetB, int c) {
    int sum = c;
    for (int i = 0; i < 4; i++) {
      sum += a.get((int) offsetA + i) * b.get((int) offsetB + i);
    }
    return sum;
  }

  /** The dot product of four elements of each array from the offsets on, added to {@code c}. */
  public static int dp4a(Int8Array aGlobal, long offsetA, byte[] bLocal, long offsetB, int c) {
    int sum = c;
    for (int i = 0; i < 4; i++) {
      sum += aGlobal.get((int) offsetA + i) * bLocal[(int) offsetB + i];
    }
    return sum;
  }

  /** The dot product of the four signed bytes of each integer, added to {@code c}. */
  public static int dp4a_packed(int a, int b, int c) {
    int sum = c;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      sum += (byte) (a >> shift) * (byte) (b >> shift);
    }
    return sum;
  }

  /** A quantized dot product times the scales of both sides. */
  public static float dequantizeFusedResult(int dotProductResult, float wScale, float xScale) {
    return dotProductResult * wScale * xScale;
  }
}
