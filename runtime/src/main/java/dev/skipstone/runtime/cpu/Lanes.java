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
  static final VectorSpecies<Short> SHORT = ShortVector.SPECIES_PREFERRED;

  /** As many 16-bit lanes as {@link #FLOAT} has lanes. */
  static final VectorSpecies<Short> HALF_SHORT =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOAT.vectorBitSize() / 2));

  /** As many 8-bit lanes as {@link #FLOAT} has lanes; a part of a 64-bit vector at the least. */
  static final VectorSpecies<Byte> QUARTER_BYTE =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, FLOAT.vectorBitSize() / 4)));

  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /** Float lanes; tiles have a multiple of 32 rows, enough for any shape. */
  static final int FLOATS = FLOAT.length();

  private static final int HALF_SIGN_AND_MAGNITUDE = 0x8fffe000;
  private static final float TWO_TO_112 = 0x1p112f;

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
          .lanewise(VectorOperators.LSHL, 13)
          .and(HALF_SIGN_AND_MAGNITUDE)
          .reinterpretAsFloats()
          .mul(TWO_TO_112)
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
