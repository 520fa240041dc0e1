package dev.skipstone.runtime.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of {@link PackedTiles} with one row of activations, where unpacking to memory first
 * would cost as much as the product. What happens to a row is the same, in the same order, as in
 * {@link CodeTiles} of 8 bits. As there, vectors are neither taken nor given by methods.
 *
 * @param form of 8-bit codes
 * @param columns of a scale
 * @param zero the code that stands for 0
 * @param bits of a code beyond 4
 * @param levels as those of PackedTiles
 * @param blockBytes of the part of a tile that has a scale
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
record PackedRow(
    ActivationForm form,
    int columns,
    int zero,
    boolean hasMinimum,
    int bits,
    byte[] levels,
    long blockBytes) {
  static final VectorSpecies<Byte> LEVEL = VectorSpecies.ofLargestShape(byte.class);

  private static final int BYTE = 0xff;
  private static final int NIBBLES = 0x0f0f0f0f;
  private static final int LANES = Lanes.FLOATS;

  /** Bytes from words to those of the next {@link #LANES} rows. */
  private static final int VECTOR = LANES * Integer.BYTES;

  /** Bytes of the words of all rows of a tile. */
  private static final int COLUMN = TileFormat.ROWS * Integer.BYTES;

  /** Where a block's minima start. */
  private static final int MINIMA = TileFormat.ROWS * Short.BYTES;

  /** As {@link TileFormat#multiply}, for a row. */
  void multiply(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset) {
    int scales = blocks * (TileFormat.BLOCK / columns);
    int scaleBytes = (hasMinimum ? 2 : 1) * MINIMA;
    for (int lane = 0; lane < TileFormat.ROWS; lane += 2 * LANES) {
      long at = tile + (long) Short.BYTES * lane;
      int wordsAt = scaleBytes + Short.BYTES * lane;
      if (levels.length > 0) {
        multiplyLevels(tiles, at, wordsAt, scales, input, row, output, offset + lane);
      } else {
        multiplyCodes(tiles, at, wordsAt, scales, input, row, output, offset + lane);
      }
    }
  }

  /** Of codes with upper bits; adds to {@link TileFormat#ROWS} values, two vectors at a time. */
  void multiplyCodes(
      MemorySegment tiles,
      long tile,
      int wordsAt,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset) {
    float[] x = input.values(form);
    float[] tops = input.tops(form);
    float[] sums = input.sums(form);
    int step = input.step();
    int at = input.at(row);
    int width = columns;
    long bytes = blockBytes;
    int index = row * (input.stride() / columns);
    int upperBits = bits;
    int upperMask = ((1 << upperBits) - 1) * 0x10101010;
    long upperAt = (long) columns / 8 * COLUMN;
    FloatVector totalA = FloatVector.fromArray(Lanes.FLOAT, output, offset);
    FloatVector totalB = FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES);
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      FloatVector sumA =
          FloatVector.broadcast(Lanes.FLOAT, tops[index + b] - zero * sums[index + b]);
      FloatVector sumB = sumA;
      long words = block + wordsAt;
      IntVector upperA =
          IntVector.fromMemorySegment(Lanes.INT, tiles, words + upperAt, Lanes.ORDER);
      IntVector upperB =
          IntVector.fromMemorySegment(Lanes.INT, tiles, words + upperAt + VECTOR, Lanes.ORDER);
      for (int c = 0; c < width; c += 4) {
        long word = words + (long) (c >> 3) * COLUMN;
        // Brings the upper bits of these columns to bit 4.
        int rotation = (c >> 2) * upperBits - 4;
        IntVector codesA =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word, Lanes.ORDER)
                .lanewise(VectorOperators.LSHR, c & 4)
                .and(NIBBLES)
                .or(upperA.lanewise(VectorOperators.ROR, rotation).and(upperMask))
                .or(Integer.MIN_VALUE);
        IntVector codesB =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word + VECTOR, Lanes.ORDER)
                .lanewise(VectorOperators.LSHR, c & 4)
                .and(NIBBLES)
                .or(upperB.lanewise(VectorOperators.ROR, rotation).and(upperMask))
                .or(Integer.MIN_VALUE);
        FloatVector wa = (FloatVector) codesA.and(BYTE).convert(VectorOperators.I2F, 0);
        FloatVector wb = (FloatVector) codesB.and(BYTE).convert(VectorOperators.I2F, 0);
        FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
        sumA = wa.fma(xs, sumA);
        sumB = wb.fma(xs, sumB);
        wa = (FloatVector) codesA.and(BYTE << 8).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(BYTE << 8).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step]);
        sumA = wa.fma(xs, sumA);
        sumB = wb.fma(xs, sumB);
        wa = (FloatVector) codesA.and(BYTE << 16).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(BYTE << 16).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 2 * step]);
        sumA = wa.fma(xs, sumA);
        sumB = wb.fma(xs, sumB);
        wa = (FloatVector) codesA.and(BYTE << 24).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(BYTE << 24).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 3 * step]);
        sumA = wa.fma(xs, sumA);
        sumB = wb.fma(xs, sumB);
        at += 4 * step;
      }
      FloatVector scaleA =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, block, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      FloatVector scaleB =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, block + VECTOR / 2, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      totalA = scaleA.fma(sumA, totalA);
      totalB = scaleB.fma(sumB, totalB);
      if (hasMinimum) {
        FloatVector minimumA =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector minimumB =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA + VECTOR / 2, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b]);
        totalA = minimumA.fma(all, totalA);
        totalB = minimumB.fma(all, totalB);
      }
      block += bytes;
    }
    totalA.intoArray(output, offset);
    totalB.intoArray(output, offset + LANES);
  }

  /** As {@link #multiplyCodes}, of numbers of levels. */
  void multiplyLevels(
      MemorySegment tiles,
      long tile,
      int wordsAt,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset) {
    float[] x = input.values(form);
    float[] tops = input.tops(form);
    float[] sums = input.sums(form);
    int step = input.step();
    int at = input.at(row);
    int width = columns;
    long bytes = blockBytes;
    int index = row * (input.stride() / columns);
    ByteVector table = ByteVector.fromArray(LEVEL, levels, 0);
    FloatVector totalA = FloatVector.fromArray(Lanes.FLOAT, output, offset);
    FloatVector totalB = FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES);
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      FloatVector sumA =
          FloatVector.broadcast(Lanes.FLOAT, tops[index + b] - zero * sums[index + b]);
      FloatVector sumB = sumA;
      long words = block + wordsAt;
      for (int c = 0; c < width; c += 4) {
        long word = words + (long) (c >> 3) * COLUMN;
        IntVector codesA =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word, Lanes.ORDER)
                .lanewise(VectorOperators.LSHR, c & 4)
                .and(NIBBLES)
                .reinterpretAsBytes()
                .selectFrom(table)
                .reinterpretAsInts()
                .lanewise(VectorOperators.XOR, Integer.MIN_VALUE);
        IntVector codesB =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word + VECTOR, Lanes.ORDER)
                .lanewise(VectorOperators.LSHR, c & 4)
                .and(NIBBLES)
                .reinterpretAsBytes()
                .selectFrom(table)
                .reinterpretAsInts()
                .lanewise(VectorOperators.XOR, Integer.MIN_VALUE);
        FloatVector wa = (FloatVector) codesA.and(BYTE).convert(VectorOperators.I2F, 0);
        FloatVector wb = (FloatVector) codesB.and(BYTE).convert(VectorOperators.I2F, 0);
        FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
        sumA = wa.fma(xs, sumA);
        sumB = wb.fma(xs, sumB);
        wa = (FloatVector) codesA.and(BYTE << 8).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(BYTE << 8).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step]);
        sumA = wa.fma(xs, sumA);
        sumB = wb.fma(xs, sumB);
        wa = (FloatVector) codesA.and(BYTE << 16).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(BYTE << 16).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 2 * step]);
        sumA = wa.fma(xs, sumA);
        sumB = wb.fma(xs, sumB);
        wa = (FloatVector) codesA.and(BYTE << 24).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(BYTE << 24).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 3 * step]);
        sumA = wa.fma(xs, sumA);
        sumB = wb.fma(xs, sumB);
        at += 4 * step;
      }
      FloatVector scaleA =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, block, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      FloatVector scaleB =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, block + VECTOR / 2, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      totalA = scaleA.fma(sumA, totalA);
      totalB = scaleB.fma(sumB, totalB);
      block += bytes;
    }
    totalA.intoArray(output, offset);
    totalB.intoArray(output, offset + LANES);
  }
}
