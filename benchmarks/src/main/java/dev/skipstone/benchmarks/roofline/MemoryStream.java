package dev.skipstone.benchmarks.roofline;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Reads memory from one end to the other, as fast as one thread can. */
public final class MemoryStream {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int BYTES = SPECIES.vectorByteSize();

  /** What a part of the memory is a multiple of. */
  public static final int UNIT = 4 * 64;

  private MemoryStream() {}

  /**
   * Reads every byte once.
   *
   * @param memory of a multiple of {@link #UNIT} bytes
   * @return all of it combined by exclusive or, so that no read can be left out
   */
  public static long read(MemorySegment memory) {
    LongVector a = LongVector.zero(SPECIES);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    for (long at = 0; at < memory.byteSize(); at += 4L * BYTES) {
      a = a.lanewise(VectorOperators.XOR, LongVector.fromMemorySegment(SPECIES, memory, at, ORDER));
      b =
          b.lanewise(
              VectorOperators.XOR,
              LongVector.fromMemorySegment(SPECIES, memory, at + BYTES, ORDER));
      c =
          c.lanewise(
              VectorOperators.XOR,
              LongVector.fromMemorySegment(SPECIES, memory, at + 2L * BYTES, ORDER));
      d =
          d.lanewise(
              VectorOperators.XOR,
              LongVector.fromMemorySegment(SPECIES, memory, at + 3L * BYTES, ORDER));
    }
    return a.lanewise(VectorOperators.XOR, b)
        .lanewise(VectorOperators.XOR, c)
        .lanewise(VectorOperators.XOR, d)
        .reduceLanes(VectorOperators.XOR);
  }
}
