package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vector shapes of this machine, and the conversions that several kernels share. */
final class Lanes {
  static final VectorSpecies<Float> FLOAT = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INT = IntVector.SPECIES_PREFERRED;

  /** As many 16-bit lanes as {@link #FLOAT} has lanes. */
  static final VectorSpecies<Short> HALF_SHORT =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOAT.vectorBitSize() / 2));

  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /** Float lanes; tiles have 32 rows, two vectors of the widest shape. */
  static final int FLOATS = FLOAT.length();

  /** From a float16's bits, sign-extended, to float32's places of exponent and fraction. */
  static final int HALF_SHIFT = 13;

  /** What then is sign, exponent and fraction. */
  static final int HALF_MASK = 0x8fffe000;

  /** Corrects the exponent's bias, 127 - 15. */
  static final float HALF_FACTOR = 0x1p112f;

  private Lanes() {}

  /**
   * Decodes finite float16 values: moves exponent and fraction to float32's places and corrects the
   * exponent's bias, 127 - 15, with one multiplication, which also makes subnormals right.
   *
   * @param offset in bytes
   * @param count a multiple of the lane count
   */
  static void decodeHalves(MemorySegment source, long offset, int count, float[] target) {
    for (int i = 0; i < count; i += FLOATS) {
      ShortVector bits = ShortVector.fromMemorySegment(HALF_SHORT, source, offset + 2L * i, ORDER);
      ((IntVector) bits.convertShape(VectorOperators.S2I, INT, 0))
          .lanewise(VectorOperators.LSHL, HALF_SHIFT)
          .and(HALF_MASK)
          .reinterpretAsFloats()
          .mul(HALF_FACTOR)
          .intoArray(target, i);
    }
  }

  /** Sums an array's first values, as many as float lanes, in order. */
  static float sum(float[] lanes) {
    float sum = 0;
    for (int i = 0; i < FLOATS; i++) {
      sum += lanes[i];
    }
    return sum;
  }
}
