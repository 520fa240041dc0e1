package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;

/**
 * A matrix of each of some layers, as {@link Encoding} lays it out. Arrays that an encoding has no
 * use for have one element.
 *
 * @param encoding one of Encoding's
 * @param rows of one layer's matrix
 * @param words [layers * rows][columns / 2^encoding]
 * @param floats scales [layers * rows][columns / 32], scales and minima [layers * rows][columns /
 *     32][2], or weights [layers * rows][columns]
 * @param halves weights [layers * rows][columns]
 * @param vectors as words, four at a time
 */
public record DeviceMatrix(
    int encoding,
    int rows,
    int columns,
    IntArray words,
    FloatArray floats,
    HalfFloatArray halves,
    VectorInt4 vectors) {

  /** A matrix of words and floats. */
  public DeviceMatrix(int encoding, int rows, int columns, IntArray words, FloatArray floats) {
    this(encoding, rows, columns, words, floats, new HalfFloatArray(1), new VectorInt4(1));
  }

  /** A matrix of float16 numbers that the device can read. */
  public static DeviceMatrix of(int rows, int columns, HalfFloatArray halves) {
    return new DeviceMatrix(
        Encoding.NATIVE_HALF,
        rows,
        columns,
        new IntArray(1),
        new FloatArray(1),
        halves,
        new VectorInt4(1));
  }

  /**
   * A matrix whose words are read four at a time.
   *
   * @param encoding of words
   */
  public static DeviceMatrix of(
      int encoding, int rows, int columns, VectorInt4 vectors, FloatArray floats) {
    return new DeviceMatrix(
        Encoding.inVectors(encoding),
        rows,
        columns,
        new IntArray(1),
        floats,
        new HalfFloatArray(1),
        vectors);
  }

  /** The arrays that its kernels take. */
  public Object[] arrays() {
    if (hasHalves()) {
      return new Object[] {halves};
    }
    return new Object[] {hasVectors() ? vectors : words, floats};
  }

  /** Whether the weights are words, one at a time, and floats. */
  public boolean hasWords() {
    return encoding <= Encoding.INT4;
  }

  public boolean hasHalves() {
    return encoding == Encoding.NATIVE_HALF;
  }

  public boolean hasVectors() {
    return encoding > Encoding.NATIVE_HALF;
  }
}
