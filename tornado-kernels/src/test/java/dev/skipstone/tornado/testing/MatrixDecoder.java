package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.Encoding;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Reads single weights of a matrix by what {@link Encoding}'s and its own documentation say. */
record MatrixDecoder(DeviceMatrix matrix) {

  /**
   * A weight.
   *
   * @param row those of all layers counted
   */
  double weight(int row, int column) {
    return switch (encoding()) {
      case Encoding.NATIVE_HALF ->
          matrix.halves().get(row * matrix.columns() + column).getFloat32();
      case Encoding.FLOAT32 -> matrix.floats().get(row * matrix.columns() + column);
      case Encoding.FLOAT16 -> Float.float16ToFloat((short) bits(row, column, 16));
      case Encoding.INT8 -> scale(row, column) * (byte) bits(row, column, 8);
      case Encoding.INT4 -> scale(row, column) * bits(row, column, 4) + minimum(row, column);
      default -> throw new IllegalArgumentException("no encoding " + matrix.encoding());
    };
  }

  /** What a weight's rounding errors are a share of. */
  double magnitude(int row, int column) {
    return encoding() == Encoding.INT4
        ? Math.abs(scale(row, column) * bits(row, column, 4)) + Math.abs(minimum(row, column))
        : Math.abs(weight(row, column));
  }

  /** That of words for that of vectors, which have the same words. */
  private int encoding() {
    return switch (matrix.encoding()) {
      case Encoding.INT8_VECTORS -> Encoding.INT8;
      case Encoding.INT4_VECTORS -> Encoding.INT4;
      default -> matrix.encoding();
    };
  }

  private IntArray words() {
    return matrix.hasVectors() ? matrix.vectors().getArray() : matrix.words();
  }

  private int bits(int row, int column, int width) {
    long bit = ((long) row * matrix.columns() + column) * width;
    int word = words().get(Math.toIntExact(bit / Integer.SIZE));
    return word >>> (int) (bit % Integer.SIZE) & ((1 << width) - 1);
  }

  private int block(int row, int column) {
    return row * (matrix.columns() / Encoding.BLOCK) + column / Encoding.BLOCK;
  }

  private double scale(int row, int column) {
    int block = block(row, column);
    return matrix.floats().get(encoding() == Encoding.INT4 ? 2 * block : block);
  }

  private double minimum(int row, int column) {
    return matrix.floats().get(2 * block(row, column) + 1);
  }
}
