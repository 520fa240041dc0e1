package dev.skipstone.adapt.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The matrix product's innermost part: {@value #ROWS} rows by two vectors of columns, all sums in
 * registers. That fills the 16 registers of AVX2 and hides the latency of the multiply-add units
 * with AVX-512 too, and needs 8 loads for 12 multiply-adds.
 */
final class TileKernel {
  static final VectorSpecies<Float> FLOAT = FloatVector.SPECIES_PREFERRED;
  static final int LANES = FLOAT.length();

  /** Rows of a tile. */
  static final int ROWS = 6;

  /** Columns of a tile. */
  static final int COLUMNS = 2 * LANES;

  private TileKernel() {}

  /**
   * c[i][j] += the sum over s of a[i][s] b[s][j]. The compiler inlines only so much into one
   * method, and vectors that are handed on go through the heap: so there is no setting instead of
   * adding, and no method for what is repeated.
   *
   * @param aRow distance of a's rows
   * @param aStep distance of a's steps
   * @param rows that there are, 1 to {@value #ROWS}; c always gets {@value #ROWS}, of which those
   *     behind the last repeat it
   * @param b [steps][{@link #COLUMNS}] from {@code b0}
   * @param c has rows of {@link #COLUMNS} values at a distance of {@code cRow}
   */
  static void multiply(
      float[] a,
      int a0,
      int aRow,
      int aStep,
      int rows,
      float[] b,
      int b0,
      int steps,
      float[] c,
      int c0,
      int cRow) {
    int a1 = a0 + Math.min(1, rows - 1) * aRow;
    int a2 = a0 + Math.min(2, rows - 1) * aRow;
    int a3 = a0 + Math.min(3, rows - 1) * aRow;
    int a4 = a0 + Math.min(4, rows - 1) * aRow;
    int a5 = a0 + Math.min(5, rows - 1) * aRow;
    FloatVector c00 = FloatVector.fromArray(FLOAT, c, c0);
    FloatVector c01 = FloatVector.fromArray(FLOAT, c, c0 + LANES);
    FloatVector c10 = FloatVector.fromArray(FLOAT, c, c0 + cRow);
    FloatVector c11 = FloatVector.fromArray(FLOAT, c, c0 + cRow + LANES);
    FloatVector c20 = FloatVector.fromArray(FLOAT, c, c0 + 2 * cRow);
    FloatVector c21 = FloatVector.fromArray(FLOAT, c, c0 + 2 * cRow + LANES);
    FloatVector c30 = FloatVector.fromArray(FLOAT, c, c0 + 3 * cRow);
    FloatVector c31 = FloatVector.fromArray(FLOAT, c, c0 + 3 * cRow + LANES);
    FloatVector c40 = FloatVector.fromArray(FLOAT, c, c0 + 4 * cRow);
    FloatVector c41 = FloatVector.fromArray(FLOAT, c, c0 + 4 * cRow + LANES);
    FloatVector c50 = FloatVector.fromArray(FLOAT, c, c0 + 5 * cRow);
    FloatVector c51 = FloatVector.fromArray(FLOAT, c, c0 + 5 * cRow + LANES);
    for (int s = 0; s < steps; s++) {
      int at = s * aStep;
      FloatVector left = FloatVector.fromArray(FLOAT, b, b0 + s * COLUMNS);
      FloatVector right = FloatVector.fromArray(FLOAT, b, b0 + s * COLUMNS + LANES);
      FloatVector value = FloatVector.broadcast(FLOAT, a[a0 + at]);
      c00 = value.fma(left, c00);
      c01 = value.fma(right, c01);
      value = FloatVector.broadcast(FLOAT, a[a1 + at]);
      c10 = value.fma(left, c10);
      c11 = value.fma(right, c11);
      value = FloatVector.broadcast(FLOAT, a[a2 + at]);
      c20 = value.fma(left, c20);
      c21 = value.fma(right, c21);
      value = FloatVector.broadcast(FLOAT, a[a3 + at]);
      c30 = value.fma(left, c30);
      c31 = value.fma(right, c31);
      value = FloatVector.broadcast(FLOAT, a[a4 + at]);
      c40 = value.fma(left, c40);
      c41 = value.fma(right, c41);
      value = FloatVector.broadcast(FLOAT, a[a5 + at]);
      c50 = value.fma(left, c50);
      c51 = value.fma(right, c51);
    }
    c00.intoArray(c, c0);
    c01.intoArray(c, c0 + LANES);
    c10.intoArray(c, c0 + cRow);
    c11.intoArray(c, c0 + cRow + LANES);
    c20.intoArray(c, c0 + 2 * cRow);
    c21.intoArray(c, c0 + 2 * cRow + LANES);
    c30.intoArray(c, c0 + 3 * cRow);
    c31.intoArray(c, c0 + 3 * cRow + LANES);
    c40.intoArray(c, c0 + 4 * cRow);
    c41.intoArray(c, c0 + 4 * cRow + LANES);
    c50.intoArray(c, c0 + 5 * cRow);
    c51.intoArray(c, c0 + 5 * cRow + LANES);
  }
}
