package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * How a matrix's weights lie on the device: words of 32 bits, each with 2^encoding weights of one
 * row, lowest bits first, and floats: scales, or the weights themselves. The encoding is a constant
 * when a kernel is compiled, so that only one branch of each method here is left then.
 */
public final class Encoding {
  /** No words; the floats are the weights. */
  public static final int FLOAT32 = 0;

  /**
   * Two float16 values a word, no floats. They are decoded from their bits: no device needs half.
   */
  public static final int FLOAT16 = 1;

  /** Four signed codes a word; a float for each block is its scale. */
  public static final int INT8 = 2;

  /** Eight unsigned codes a word; two floats for each block are its scale and its minimum. */
  public static final int INT4 = 3;

  /** No words and no floats: float16 values that a device with half reads. */
  public static final int NATIVE_HALF = 4;

  /** As {@link #INT8}, words read four at a time. */
  public static final int INT8_VECTORS = 5;

  /** As {@link #INT4}, words read four at a time. */
  public static final int INT4_VECTORS = 6;

  private static final int TO_VECTORS = INT8_VECTORS - INT8;

  /** Columns of a block. */
  public static final int BLOCK = 32;

  private static final int BLOCK_SHIFT = 5;

  private static final float LARGEST_HALF = 65504f;

  /** float16 1 is 1024 in its fraction's unit, times 2^15 of its exponent's. */
  private static final float HALF_UNIT = 0x1p-25f;

  private Encoding() {}

  /** The encoding of words for that of vectors. */
  static int inWords(int encoding) {
    return encoding - TO_VECTORS;
  }

  /** The encoding of vectors for that of words. */
  static int inVectors(int encoding) {
    return encoding + TO_VECTORS;
  }

  /**
   * A finite float16 from the lower 16 of its bits. TornadoVM's OpenCL has no way from the bits of
   * a float32 to its value, so this is arithmetic; each step is exact.
   */
  static float half(int bits) {
    int exponent = (bits >> 10) & 31;
    int fraction = bits & 1023;
    if (exponent > 0) {
      fraction += 1024;
    } else {
      exponent = 1;
    }
    float magnitude = fraction * HALF_UNIT * (1 << exponent);
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  /**
   * The bits of the float16 nearest to a number, ties away from zero; what is too large becomes the
   * largest. Arithmetic again: neither the bits of a float32 nor, on PTX, the bits of a {@code new
   * HalfFloat} that was computed can be had.
   */
  static int halfBits(float value) {
    float magnitude = TornadoMath.min(TornadoMath.abs(value), LARGEST_HALF);
    float scaled = magnitude * 0x1p14f;
    int bits;
    if (scaled < 1f) {
      bits = (int) (magnitude * 0x1p24f + 0.5f);
    } else {
      int exponent = 1;
      if (scaled >= 0x1p16f) {
        scaled *= 0x1p-16f;
        exponent += 16;
      }
      if (scaled >= 0x1p8f) {
        scaled *= 0x1p-8f;
        exponent += 8;
      }
      if (scaled >= 0x1p4f) {
        scaled *= 0x1p-4f;
        exponent += 4;
      }
      if (scaled >= 0x1p2f) {
        scaled *= 0x1p-2f;
        exponent += 2;
      }
      if (scaled >= 2f) {
        scaled *= 0.5f;
        exponent += 1;
      }
      bits = exponent * 1024 + (int) ((scaled - 1f) * 1024f + 0.5f);
    }
    return value < 0f ? bits + 0x8000 : bits;
  }

  /** The word that a weight is in. */
  static int word(IntArray words, int encoding, int columns, int row, int column) {
    if (encoding == FLOAT32) {
      return 0;
    }
    return words.get(row * (columns >> encoding) + (column >> encoding));
  }

  /** The scale of a weight; one in float32 is its own. */
  static float scale(FloatArray floats, int encoding, int columns, int row, int column) {
    if (encoding == INT4) {
      return floats.get(2 * (row * (columns >> BLOCK_SHIFT) + (column >> BLOCK_SHIFT)));
    }
    if (encoding == INT8) {
      return floats.get(row * (columns >> BLOCK_SHIFT) + (column >> BLOCK_SHIFT));
    }
    if (encoding == FLOAT32) {
      return floats.get(row * columns + column);
    }
    return 1f;
  }

  /** What is added to a weight. */
  static float minimum(FloatArray floats, int encoding, int columns, int row, int column) {
    if (encoding == INT4) {
      return floats.get(2 * (row * (columns >> BLOCK_SHIFT) + (column >> BLOCK_SHIFT)) + 1);
    }
    return 0f;
  }

  /**
   * The k-th weight of a word. A signed code is put right by arithmetic: TornadoVM's shifts to the
   * right draw the sign in for OpenCL and zeros for PTX, so that only masked bits are the same.
   */
  static float weight(int word, int encoding, int k, float scale, float minimum) {
    if (encoding == INT4) {
      return scale * ((word >> (4 * k)) & 15) + minimum;
    }
    if (encoding == INT8) {
      return scale * ((((word >> (8 * k)) & 255) ^ 128) - 128);
    }
    if (encoding == FLOAT16) {
      return half(word >> (16 * k));
    }
    return scale;
  }

  /**
   * Part of the product of a row with activations: words lane, lane + lanes, and so on. The order
   * of its operations is the same wherever a row's product is taken, which makes results
   * independent of how many rows of activations there are.
   *
   * @param row of the matrix, those of all layers counted
   * @param from where the activations start
   */
  static float dot(
      IntArray words,
      FloatArray floats,
      int encoding,
      int row,
      int columns,
      FloatArray input,
      int from,
      int lane,
      int lanes) {
    int perWord = 1 << encoding;
    float sum = 0f;
    for (int column = lane * perWord; column < columns; column += lanes * perWord) {
      int word = word(words, encoding, columns, row, column);
      float scale = scale(floats, encoding, columns, row, column);
      float minimum = minimum(floats, encoding, columns, row, column);
      for (int k = 0; k < perWord; k++) {
        sum += weight(word, encoding, k, scale, minimum) * input.get(from + column + k);
      }
    }
    return sum;
  }
}
