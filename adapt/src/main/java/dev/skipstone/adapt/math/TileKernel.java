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
   * c[i][j] = (or +=) the sum over s of a[i][s] b[s][j].
   *
   * @param aRow distance of a's rows
   * @param aStep distance of a's steps
   * @param rows that there are, 1 to {@value #ROWS}; c always gets {@value #ROWS}, of which those
   *     behind the last repeat it
   * @param b [steps][{@link #COLUMNS}] from {@code b0}
   * @param c receives rows of {@link #COLUMNS} values at a distance of {@code cRow}
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
      int cRow,
      boolean add) {
    int a1 = a0 + Math.min(1, rows - 1) * aRow;
    int a2 = a0 + Math.min(2, rows - 1) * aRow;
    int a3 = a0 + Math.min(3, rows - 1) * aRow;
    int a4 = a0 + Math.min(4, rows - 1) * aRow;
    int a5 = a0 + Math.min(5, rows - 1) * aRow;
    int keep = add ? -1 : 0;
    FloatVector c00 = FloatVector.zero(FLOAT);
    FloatVector c01 = FloatVector.zero(FLOAT);
    FloatVector c10 = FloatVector.zero(FLOAT);
    FloatVector c11 = FloatVector.zero(FLOAT);
    FloatVector c20 = FloatVector.zero(FLOAT);
    FloatVector c21 = FloatVector.zero(FLOAT);
    FloatVector c30 = FloatVector.zero(FLOAT);
    FloatVector c31 = FloatVector.zero(FLOAT);
    FloatVector c40 = FloatVector.zero(FLOAT);
    FloatVector c41 = FloatVector.zero(FLOAT);
    FloatVector c50 = FloatVector.zero(FLOAT);
    FloatVector c51 = FloatVector.zero(FLOAT);
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
    store(c00, c, c0, keep);
    store(c01, c, c0 + LANES, keep);
    store(c10, c, c0 + cRow, keep);
    store(c11, c, c0 + cRow + LANES, keep);
    store(c20, c, c0 + 2 * cRow, keep);
    store(c21, c, c0 + 2 * cRow + LANES, keep);
    store(c30, c, c0 + 3 * cRow, keep);
    store(c31, c, c0 + 3 * cRow + LANES, keep);
    store(c40, c, c0 + 4 * cRow, keep);
    store(c41, c, c0 + 4 * cRow + LANES, keep);
    store(c50, c, c0 + 5 * cRow, keep);
    store(c51, c, c0 + 5 * cRow + LANES, keep);
  }

  /**
   * Adds to what is there, or to zero in its place: without a branch, and short enough to be
   * inlined always, as otherwise the vectors would go through the heap.
   */
  private static void store(FloatVector sum, float[] c, int at, int keep) {
    sum.add(FloatVector.fromArray(FLOAT, c, at).reinterpretAsInts().and(keep).reinterpretAsFloats())
        .intoArray(c, at);
  }
}
