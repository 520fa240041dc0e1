package dev.skipstone.tornado.kernel;

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

  /** Columns of a block. */
  public static final int BLOCK = 32;

  private static final int BLOCK_SHIFT = 5;

  /** float16 1 is 1024 in its fraction's unit, times 2^15 of its exponent's. */
  private static final float HALF_UNIT = 0x1p-25f;

  private Encoding() {}

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

  /** The k-th weight of a word. */
  static float weight(int word, int encoding, int k, float scale, float minimum) {
    if (encoding == INT4) {
      return scale * ((word >> (4 * k)) & 15) + minimum;
    }
    if (encoding == INT8) {
      return scale * ((word << (24 - 8 * k)) >> 24);
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
