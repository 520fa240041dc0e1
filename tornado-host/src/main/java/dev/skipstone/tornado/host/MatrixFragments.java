package dev.skipstone.tornado.host;

import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/**
 * The warp-wide matrix operations of NVIDIA's tensor cores: D = A B + C, with A of 16 rows, B of 8
 * columns, and D and C spread over 32 lanes, four elements each.
 *
 * <p>On a GPU the lanes share A and B too. What a lane holds of them is not for a kernel to look
 * at, so here each lane holds all of both, and needs no other lane for its part of D.
 */
public final class MatrixFragments {
  /** Elements of C and D that a lane holds. */
  public static final int LANE_ELEMENTS = 4;

  /** Integers that an operand A, or two operands B, take in local memory. */
  public static final int TILE_OF_A = 128;

  /** Integers that an operand B takes in local memory. */
  public static final int TILE_OF_B = 64;

  private static final int LANES = 32;
  private static final int ROWS = 16;
  private static final int COLUMNS = 8;
  private static final int HALF_DEPTH = 16;
  private static final int BYTE_DEPTH = 32;

  private MatrixFragments() {}

  /** Row, in the tile of D, of a lane's element. */
  public static int row(int lane, int element) {
    return lane % LANES / 4 + element / 2 * 8;
  }

  /** Column, in the tile of D, of a lane's element. */
  public static int column(int lane, int element) {
    return lane % 4 * 2 + element % 2;
  }

  /** Half floats, two to an integer: a tile row by row. */
  public static HalfFloat[] halves(int[] tile, int byteOffset, int count) {
    HalfFloat[] fragment = new HalfFloat[count];
    int first = byteOffset / Integer.BYTES;
    for (int i = 0; i < count; i++) {
      fragment[i] = new HalfFloat((short) (tile[first + i / 2] >> (i % 2 * Short.SIZE)));
    }
    return fragment;
  }

  /** Signed bytes, four to an integer. */
  public static byte[] bytes(int[] tile, int byteOffset, int count) {
    byte[] fragment = new byte[count];
    int first = byteOffset / Integer.BYTES;
    for (int i = 0; i < count; i++) {
      fragment[i] = (byte) (tile[first + i / 4] >> (i % 4 * Byte.SIZE));
    }
    return fragment;
  }

  /** The place of an element in a swizzled tile of half floats. */
  public static int swizzled(int index) {
    int offset = index * Short.BYTES;
    return (offset ^ (((offset >> 7) & 7) << 4)) / Short.BYTES;
  }

  /** A lane's part of the product of half floats, summed in float32. */
  public static float[] multiply(
      int lane, HalfFloat[] a, HalfFloat[] b, float[] c, MMAShape shape) {
    check(shape, MMAShape.M16N8K16, a.length, b.length, HALF_DEPTH);
    float[] d = c.clone();
    for (int i = 0; i < LANE_ELEMENTS; i++) {
      int row = row(lane, i);
      int column = column(lane, i);
      for (int k = 0; k < HALF_DEPTH; k++) {
        d[i] += a[row * HALF_DEPTH + k].getFloat32() * b[k * COLUMNS + column].getFloat32();
      }
    }
    return d;
  }

  /**
   * A lane's part of the product of bytes.
   *
   * @param b two values along k beside each other, then the columns, then the next two
   */
  public static int[] multiply(int lane, byte[] a, byte[] b, int[] c, MMAShape shape) {
    check(shape, MMAShape.M16N8K32, a.length, b.length, BYTE_DEPTH);
    int[] d = c.clone();
    for (int i = 0; i < LANE_ELEMENTS; i++) {
      int row = row(lane, i);
      int column = column(lane, i);
      for (int k = 0; k < BYTE_DEPTH; k++) {
        d[i] += a[row * BYTE_DEPTH + k] * b[(k / 2 * COLUMNS + column) * 2 + k % 2];
      }
    }
    return d;
  }

  private static void check(
      MMAShape shape, MMAShape expected, int sizeOfA, int sizeOfB, int depth) {
    if (shape != expected || sizeOfA != ROWS * depth || sizeOfB != depth * COLUMNS) {
      throw new IllegalArgumentException(
          "fragments of %d and %d elements are not those of %s".formatted(sizeOfA, sizeOfB, shape));
    }
  }
}
