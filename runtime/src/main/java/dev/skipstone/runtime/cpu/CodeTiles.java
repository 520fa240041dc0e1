package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Quantization;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Tiles of integer codes with a float16 scale, and maybe a float16 minimum, for each 32 or 16
 * columns: all quantized types, in as few bits of 2, 4 or 8 as their codes take. What has a scale
 * is a block here: the rows' scales, their minima, and then 32-bit words: a row's word w holds the
 * codes of as many columns as fit, lowest bits first. So memory is read steadily, which hides its
 * latency; a block's words all at once, and then none for long, were slower by far.
 *
 * <p>Scales that are products in the file (the K types) are rounded to float16: by 2^-11 of
 * themselves at most, where a step of the codes is 2^-6 of their range or more.
 *
 * <p>A code is not shifted down: masked where it lies it is code * 2^shift, and the activation of
 * its column comes times 2^-shift ({@link ActivationForm}), so that a weight costs an AND and a
 * conversion, whatever the rows. Codes are unsigned, but for those in a word's top bits, which the
 * conversion to float takes as signed: they are stored less half their range. A block's sum starts
 * with what that takes away, less zero * sum(x).
 *
 * <p>The methods for one to five rows differ in nothing else: a row's operations and their order
 * are the same in each. They are written out, since a helper method that takes or gives vectors and
 * was compiled before its caller may not be inlined, and then every vector goes through the heap.
 *
 * @param bits of a code, 2, 4 or 8
 * @param columns of a scale, 16 or 32
 * @param zero the code that stands for 0
 * @param hasMinimum whether a block adds a minimum
 */
record CodeTiles(ActivationForm form, int bits, int columns, int zero, boolean hasMinimum)
    implements CodeFormat {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** The highest bits of bytes. */
  private static final int TOP_BITS = 0x8080;

  /** The highest bit of a word's upper half: half the range of the code there. */
  private static final int TOP_CODE = 0x8000;

  private static final int LANES = Lanes.FLOATS;

  /** Bytes from words to those of the next {@link #LANES} rows. */
  private static final int VECTOR = LANES * Integer.BYTES;

  /** Bytes of the words of all rows of a tile. */
  private static final int COLUMN = ROWS * Integer.BYTES;

  /** Where a block's minima start. */
  private static final int MINIMA = ROWS * Short.BYTES;

  private static final RowGroups GROUPS = new RowGroups();

  static CodeTiles of(Quantization quantization) {
    int range = quantization.highest() - quantization.lowest();
    return of(quantization, range < 1 << 2 ? 2 : range < 1 << 4 ? 4 : 8);
  }

  /** Tiles for codes of so many bits. */
  static CodeTiles of(Quantization quantization, int bits) {
    int columns = quantization.groupSize();
    return new CodeTiles(
        ActivationForm.of(bits, columns),
        bits,
        columns,
        -quantization.lowest(),
        quantization.hasMinimum());
  }

  @Override
  public RowGroups groups() {
    return GROUPS;
  }

  @Override
  public int blockBytes() {
    return BLOCK / columns * scaleBlockBytes();
  }

  /** Bytes of a row's scale, minimum and codes. */
  int scaleBlockBytes() {
    return scaleBytes() + columns * bits / Byte.SIZE;
  }

  int scaleBytes() {
    return Short.BYTES * (hasMinimum ? 2 : 1);
  }

  private int mask() {
    return (1 << bits) - 1;
  }

  @Override
  public void pack(short[] source, int from, int columns, short[] target, int block, int row) {
    target[block + row] = source[from];
    if (hasMinimum) {
      target[block + ROWS + row] = source[from + 1];
    }
    int codes = from + scaleBytes() / Short.BYTES;
    int to = block + scaleBytes() / Short.BYTES * ROWS + 2 * row;
    for (int w = 0; w < bits; w++) {
      target[to] = (short) half(source, codes, 2 * w);
      target[to + 1] = (short) (half(source, codes, 2 * w + 1) ^ TOP_CODE);
      to += 2 * ROWS;
    }
  }

  @Override
  public void packCodes(
      byte[] codes, int from, float scale, float minimum, short[] target, int block, int row) {
    target[block + row] = Float.floatToFloat16(scale);
    if (hasMinimum) {
      target[block + ROWS + row] = Float.floatToFloat16(minimum);
    }
    int perWord = Integer.SIZE / bits;
    int to = block + scaleBytes() / Short.BYTES * ROWS + 2 * row;
    for (int c = 0; c < columns; c += perWord) {
      int word = 0;
      for (int k = 0; k < perWord; k++) {
        word |= (codes[from + c + k] + zero) << (k * bits);
      }
      word = lowerTopCode(word);
      target[to] = (short) word;
      target[to + 1] = (short) (word >>> Short.SIZE);
      to += 2 * ROWS;
    }
  }

  /** Half a word: the codes of as many columns as fit into 16 bits, from the file's. */
  private int half(short[] source, int codes, int index) {
    if (bits == 8) {
      // The file's codes are signed; here they are 128 more, which flips their highest bit.
      return source[codes + index] ^ TOP_BITS;
    }
    // Byte b of the file's 16 holds column b in its low bits and column b + 16 in its high bits.
    int at = codes + (index & 3) * 2;
    int shift = index < 4 ? 0 : 4;
    return lowNibbles(source[at] >> shift) | lowNibbles(source[at + 1] >> shift) << 8;
  }

  private static int lowNibbles(int bytes) {
    return (bytes & 0xf) | (bytes >> 4 & 0xf0);
  }

  /** Takes half its range from the code in a word's top bits, or adds it. */
  private static int lowerTopCode(int word) {
    return word ^ Integer.MIN_VALUE;
  }

  private long word(long block, int row, int w) {
    return block + (long) scaleBytes() * ROWS + (long) w * COLUMN + (long) Integer.BYTES * row;
  }

  @Override
  public float value(MemorySegment tiles, long tileBlock, int row, int tileColumn) {
    int column = tileColumn % columns;
    long block = tileBlock + (long) (tileColumn / columns) * scaleBlockBytes() * ROWS;
    long at = block + (long) Short.BYTES * row;
    float scale = Float.float16ToFloat(tiles.get(SHORT, at));
    float minimum = hasMinimum ? Float.float16ToFloat(tiles.get(SHORT, at + MINIMA)) : 0;
    int word = lowerTopCode(tiles.get(INT, word(block, row, (column * bits) >> 5)));
    return scale * ((word >>> (column * bits) & mask()) - zero) + minimum;
  }

  @Override
  public void multiply(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      int rows,
      float[] output,
      int offset,
      int stride) {
    multiply(tiles, tile, 0, blocks, input, row, rows, output, offset, stride);
  }

  /**
   * As {@link TileFormat#multiply}, with some blocks of a tile.
   *
   * @param tile where the first of them is
   * @param firstBlock its number in the tile
   */
  void multiply(
      MemorySegment tiles,
      long tile,
      int firstBlock,
      int blocks,
      Activations input,
      int row,
      int rows,
      float[] output,
      int offset,
      int stride) {
    int first = firstBlock * (BLOCK / columns);
    int scales = blocks * (BLOCK / columns);
    for (int lane = 0; lane < ROWS; lane += 2 * LANES) {
      long at = tile + (long) Short.BYTES * lane;
      int wordsAt = scaleBytes() * ROWS + Short.BYTES * lane;
      int to = offset + lane;
      switch (rows) {
        case 1 -> multiply1(tiles, at, wordsAt, first, scales, input, row, output, to);
        case 2 -> multiply2(tiles, at, wordsAt, first, scales, input, row, output, to, stride);
        case 3 -> multiply3(tiles, at, wordsAt, first, scales, input, row, output, to, stride);
        case 4 -> multiply4(tiles, at, wordsAt, first, scales, input, row, output, to, stride);
        case 5 -> multiply5(tiles, at, wordsAt, first, scales, input, row, output, to, stride);
        default -> throw new IllegalArgumentException(rows + " rows at once");
      }
    }
  }

  /** One row of activations. */
  private void multiply1(
      MemorySegment tiles,
      long tile,
      int wordsAt,
      int first,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset) {
    float[] x = input.values(form);
    float[] tops = input.tops(form);
    float[] sums = input.sums(form);
    int step = input.step();
    int at = input.at(row) + first * columns * step;
    int code = mask();
    int width = columns;
    long bytes = (long) scaleBlockBytes() * ROWS;
    int index = row * (input.stride() / columns) + first;
    FloatVector total0a = FloatVector.fromArray(Lanes.FLOAT, output, offset);
    FloatVector total0b = FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES);
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      FloatVector sum0a =
          FloatVector.broadcast(Lanes.FLOAT, tops[index + b] - zero * sums[index + b]);
      FloatVector sum0b = sum0a;
      long words = block + wordsAt;
      for (int c = 0; c < width; c += 4) {
        int mask = code << (c * bits);
        long word = words + (long) ((c * bits) >> 5) * COLUMN;
        IntVector codesA = IntVector.fromMemorySegment(Lanes.INT, tiles, word, Lanes.ORDER);
        IntVector codesB =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word + VECTOR, Lanes.ORDER);
        FloatVector wa = (FloatVector) codesA.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector wb = (FloatVector) codesB.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        wa = (FloatVector) codesA.and(mask << bits).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(mask << bits).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        wa = (FloatVector) codesA.and(mask << (2 * bits)).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(mask << (2 * bits)).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 2 * step]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        wa = (FloatVector) codesA.and(mask << (3 * bits)).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(mask << (3 * bits)).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 3 * step]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        at += 4 * step;
      }
      FloatVector scalea =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, block, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      FloatVector scaleb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, block + VECTOR / 2, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      total0a = scalea.fma(sum0a, total0a);
      total0b = scaleb.fma(sum0b, total0b);
      if (hasMinimum) {
        FloatVector minimuma =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector minimumb =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA + VECTOR / 2, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b]);
        total0a = minimuma.fma(all, total0a);
        total0b = minimumb.fma(all, total0b);
      }
      block += bytes;
    }
    total0a.intoArray(output, offset);
    total0b.intoArray(output, offset + LANES);
  }

  /** Two rows of activations. */
  private void multiply2(
      MemorySegment tiles,
      long tile,
      int wordsAt,
      int first,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset,
      int stride) {
    float[] x = input.values(form);
    float[] tops = input.tops(form);
    float[] sums = input.sums(form);
    int step = input.step();
    int at = input.at(row) + first * columns * step;
    int code = mask();
    int width = columns;
    long bytes = (long) scaleBlockBytes() * ROWS;
    int perRow = input.stride() / columns;
    int index = row * (input.stride() / columns) + first;
    FloatVector total0a = FloatVector.fromArray(Lanes.FLOAT, output, offset);
    FloatVector total0b = FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES);
    FloatVector total1a = FloatVector.fromArray(Lanes.FLOAT, output, offset + stride);
    FloatVector total1b = FloatVector.fromArray(Lanes.FLOAT, output, offset + stride + LANES);
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      FloatVector sum0a =
          FloatVector.broadcast(Lanes.FLOAT, tops[index + b] - zero * sums[index + b]);
      FloatVector sum0b = sum0a;
      FloatVector sum1a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + perRow] - zero * sums[index + b + perRow]);
      FloatVector sum1b = sum1a;
      long words = block + wordsAt;
      for (int c = 0; c < width; c += 2) {
        int mask = code << (c * bits);
        long word = words + (long) ((c * bits) >> 5) * COLUMN;
        IntVector codesA = IntVector.fromMemorySegment(Lanes.INT, tiles, word, Lanes.ORDER);
        IntVector codesB =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word + VECTOR, Lanes.ORDER);
        FloatVector wa = (FloatVector) codesA.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector wb = (FloatVector) codesB.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 1]);
        sum1a = wa.fma(xs, sum1a);
        sum1b = wb.fma(xs, sum1b);
        wa = (FloatVector) codesA.and(mask << bits).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(mask << bits).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 1]);
        sum1a = wa.fma(xs, sum1a);
        sum1b = wb.fma(xs, sum1b);
        at += 2 * step;
      }
      FloatVector scalea =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, block, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      FloatVector scaleb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, block + VECTOR / 2, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      total0a = scalea.fma(sum0a, total0a);
      total0b = scaleb.fma(sum0b, total0b);
      total1a = scalea.fma(sum1a, total1a);
      total1b = scaleb.fma(sum1b, total1b);
      if (hasMinimum) {
        FloatVector minimuma =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector minimumb =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA + VECTOR / 2, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b]);
        total0a = minimuma.fma(all, total0a);
        total0b = minimumb.fma(all, total0b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + perRow]);
        total1a = minimuma.fma(all, total1a);
        total1b = minimumb.fma(all, total1b);
      }
      block += bytes;
    }
    total0a.intoArray(output, offset);
    total0b.intoArray(output, offset + LANES);
    total1a.intoArray(output, offset + stride);
    total1b.intoArray(output, offset + stride + LANES);
  }

  /** Three rows of activations. */
  private void multiply3(
      MemorySegment tiles,
      long tile,
      int wordsAt,
      int first,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset,
      int stride) {
    float[] x = input.values(form);
    float[] tops = input.tops(form);
    float[] sums = input.sums(form);
    int step = input.step();
    int at = input.at(row) + first * columns * step;
    int code = mask();
    int width = columns;
    long bytes = (long) scaleBlockBytes() * ROWS;
    int perRow = input.stride() / columns;
    int index = row * (input.stride() / columns) + first;
    FloatVector total0a = FloatVector.fromArray(Lanes.FLOAT, output, offset);
    FloatVector total0b = FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES);
    FloatVector total1a = FloatVector.fromArray(Lanes.FLOAT, output, offset + stride);
    FloatVector total1b = FloatVector.fromArray(Lanes.FLOAT, output, offset + stride + LANES);
    FloatVector total2a = FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride);
    FloatVector total2b = FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride + LANES);
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      FloatVector sum0a =
          FloatVector.broadcast(Lanes.FLOAT, tops[index + b] - zero * sums[index + b]);
      FloatVector sum0b = sum0a;
      FloatVector sum1a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + perRow] - zero * sums[index + b + perRow]);
      FloatVector sum1b = sum1a;
      FloatVector sum2a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + 2 * perRow] - zero * sums[index + b + 2 * perRow]);
      FloatVector sum2b = sum2a;
      long words = block + wordsAt;
      for (int c = 0; c < width; c += 2) {
        int mask = code << (c * bits);
        long word = words + (long) ((c * bits) >> 5) * COLUMN;
        IntVector codesA = IntVector.fromMemorySegment(Lanes.INT, tiles, word, Lanes.ORDER);
        IntVector codesB =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word + VECTOR, Lanes.ORDER);
        FloatVector wa = (FloatVector) codesA.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector wb = (FloatVector) codesB.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 1]);
        sum1a = wa.fma(xs, sum1a);
        sum1b = wb.fma(xs, sum1b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 2]);
        sum2a = wa.fma(xs, sum2a);
        sum2b = wb.fma(xs, sum2b);
        wa = (FloatVector) codesA.and(mask << bits).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(mask << bits).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 1]);
        sum1a = wa.fma(xs, sum1a);
        sum1b = wb.fma(xs, sum1b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 2]);
        sum2a = wa.fma(xs, sum2a);
        sum2b = wb.fma(xs, sum2b);
        at += 2 * step;
      }
      FloatVector scalea =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, block, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      FloatVector scaleb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, block + VECTOR / 2, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      total0a = scalea.fma(sum0a, total0a);
      total0b = scaleb.fma(sum0b, total0b);
      total1a = scalea.fma(sum1a, total1a);
      total1b = scaleb.fma(sum1b, total1b);
      total2a = scalea.fma(sum2a, total2a);
      total2b = scaleb.fma(sum2b, total2b);
      if (hasMinimum) {
        FloatVector minimuma =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector minimumb =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA + VECTOR / 2, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b]);
        total0a = minimuma.fma(all, total0a);
        total0b = minimumb.fma(all, total0b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + perRow]);
        total1a = minimuma.fma(all, total1a);
        total1b = minimumb.fma(all, total1b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + 2 * perRow]);
        total2a = minimuma.fma(all, total2a);
        total2b = minimumb.fma(all, total2b);
      }
      block += bytes;
    }
    total0a.intoArray(output, offset);
    total0b.intoArray(output, offset + LANES);
    total1a.intoArray(output, offset + stride);
    total1b.intoArray(output, offset + stride + LANES);
    total2a.intoArray(output, offset + 2 * stride);
    total2b.intoArray(output, offset + 2 * stride + LANES);
  }

  /** Four rows of activations. */
  private void multiply4(
      MemorySegment tiles,
      long tile,
      int wordsAt,
      int first,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset,
      int stride) {
    float[] x = input.values(form);
    float[] tops = input.tops(form);
    float[] sums = input.sums(form);
    int step = input.step();
    int at = input.at(row) + first * columns * step;
    int code = mask();
    int width = columns;
    long bytes = (long) scaleBlockBytes() * ROWS;
    int perRow = input.stride() / columns;
    int index = row * (input.stride() / columns) + first;
    FloatVector total0a = FloatVector.fromArray(Lanes.FLOAT, output, offset);
    FloatVector total0b = FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES);
    FloatVector total1a = FloatVector.fromArray(Lanes.FLOAT, output, offset + stride);
    FloatVector total1b = FloatVector.fromArray(Lanes.FLOAT, output, offset + stride + LANES);
    FloatVector total2a = FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride);
    FloatVector total2b = FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride + LANES);
    FloatVector total3a = FloatVector.fromArray(Lanes.FLOAT, output, offset + 3 * stride);
    FloatVector total3b = FloatVector.fromArray(Lanes.FLOAT, output, offset + 3 * stride + LANES);
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      FloatVector sum0a =
          FloatVector.broadcast(Lanes.FLOAT, tops[index + b] - zero * sums[index + b]);
      FloatVector sum0b = sum0a;
      FloatVector sum1a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + perRow] - zero * sums[index + b + perRow]);
      FloatVector sum1b = sum1a;
      FloatVector sum2a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + 2 * perRow] - zero * sums[index + b + 2 * perRow]);
      FloatVector sum2b = sum2a;
      FloatVector sum3a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + 3 * perRow] - zero * sums[index + b + 3 * perRow]);
      FloatVector sum3b = sum3a;
      long words = block + wordsAt;
      for (int c = 0; c < width; c += 2) {
        int mask = code << (c * bits);
        long word = words + (long) ((c * bits) >> 5) * COLUMN;
        IntVector codesA = IntVector.fromMemorySegment(Lanes.INT, tiles, word, Lanes.ORDER);
        IntVector codesB =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word + VECTOR, Lanes.ORDER);
        FloatVector wa = (FloatVector) codesA.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector wb = (FloatVector) codesB.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 1]);
        sum1a = wa.fma(xs, sum1a);
        sum1b = wb.fma(xs, sum1b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 2]);
        sum2a = wa.fma(xs, sum2a);
        sum2b = wb.fma(xs, sum2b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 3]);
        sum3a = wa.fma(xs, sum3a);
        sum3b = wb.fma(xs, sum3b);
        wa = (FloatVector) codesA.and(mask << bits).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(mask << bits).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 1]);
        sum1a = wa.fma(xs, sum1a);
        sum1b = wb.fma(xs, sum1b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 2]);
        sum2a = wa.fma(xs, sum2a);
        sum2b = wb.fma(xs, sum2b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 3]);
        sum3a = wa.fma(xs, sum3a);
        sum3b = wb.fma(xs, sum3b);
        at += 2 * step;
      }
      FloatVector scalea =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, block, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      FloatVector scaleb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, block + VECTOR / 2, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      total0a = scalea.fma(sum0a, total0a);
      total0b = scaleb.fma(sum0b, total0b);
      total1a = scalea.fma(sum1a, total1a);
      total1b = scaleb.fma(sum1b, total1b);
      total2a = scalea.fma(sum2a, total2a);
      total2b = scaleb.fma(sum2b, total2b);
      total3a = scalea.fma(sum3a, total3a);
      total3b = scaleb.fma(sum3b, total3b);
      if (hasMinimum) {
        FloatVector minimuma =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector minimumb =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA + VECTOR / 2, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b]);
        total0a = minimuma.fma(all, total0a);
        total0b = minimumb.fma(all, total0b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + perRow]);
        total1a = minimuma.fma(all, total1a);
        total1b = minimumb.fma(all, total1b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + 2 * perRow]);
        total2a = minimuma.fma(all, total2a);
        total2b = minimumb.fma(all, total2b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + 3 * perRow]);
        total3a = minimuma.fma(all, total3a);
        total3b = minimumb.fma(all, total3b);
      }
      block += bytes;
    }
    total0a.intoArray(output, offset);
    total0b.intoArray(output, offset + LANES);
    total1a.intoArray(output, offset + stride);
    total1b.intoArray(output, offset + stride + LANES);
    total2a.intoArray(output, offset + 2 * stride);
    total2b.intoArray(output, offset + 2 * stride + LANES);
    total3a.intoArray(output, offset + 3 * stride);
    total3b.intoArray(output, offset + 3 * stride + LANES);
  }

  /** Five rows of activations. */
  private void multiply5(
      MemorySegment tiles,
      long tile,
      int wordsAt,
      int first,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset,
      int stride) {
    float[] x = input.values(form);
    float[] tops = input.tops(form);
    float[] sums = input.sums(form);
    int step = input.step();
    int at = input.at(row) + first * columns * step;
    int code = mask();
    int width = columns;
    long bytes = (long) scaleBlockBytes() * ROWS;
    int perRow = input.stride() / columns;
    int index = row * (input.stride() / columns) + first;
    FloatVector total0a = FloatVector.fromArray(Lanes.FLOAT, output, offset);
    FloatVector total0b = FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES);
    FloatVector total1a = FloatVector.fromArray(Lanes.FLOAT, output, offset + stride);
    FloatVector total1b = FloatVector.fromArray(Lanes.FLOAT, output, offset + stride + LANES);
    FloatVector total2a = FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride);
    FloatVector total2b = FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride + LANES);
    FloatVector total3a = FloatVector.fromArray(Lanes.FLOAT, output, offset + 3 * stride);
    FloatVector total3b = FloatVector.fromArray(Lanes.FLOAT, output, offset + 3 * stride + LANES);
    FloatVector total4a = FloatVector.fromArray(Lanes.FLOAT, output, offset + 4 * stride);
    FloatVector total4b = FloatVector.fromArray(Lanes.FLOAT, output, offset + 4 * stride + LANES);
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      FloatVector sum0a =
          FloatVector.broadcast(Lanes.FLOAT, tops[index + b] - zero * sums[index + b]);
      FloatVector sum0b = sum0a;
      FloatVector sum1a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + perRow] - zero * sums[index + b + perRow]);
      FloatVector sum1b = sum1a;
      FloatVector sum2a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + 2 * perRow] - zero * sums[index + b + 2 * perRow]);
      FloatVector sum2b = sum2a;
      FloatVector sum3a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + 3 * perRow] - zero * sums[index + b + 3 * perRow]);
      FloatVector sum3b = sum3a;
      FloatVector sum4a =
          FloatVector.broadcast(
              Lanes.FLOAT, tops[index + b + 4 * perRow] - zero * sums[index + b + 4 * perRow]);
      FloatVector sum4b = sum4a;
      long words = block + wordsAt;
      for (int c = 0; c < width; c += 2) {
        int mask = code << (c * bits);
        long word = words + (long) ((c * bits) >> 5) * COLUMN;
        IntVector codesA = IntVector.fromMemorySegment(Lanes.INT, tiles, word, Lanes.ORDER);
        IntVector codesB =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word + VECTOR, Lanes.ORDER);
        FloatVector wa = (FloatVector) codesA.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector wb = (FloatVector) codesB.and(mask).convert(VectorOperators.I2F, 0);
        FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 1]);
        sum1a = wa.fma(xs, sum1a);
        sum1b = wb.fma(xs, sum1b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 2]);
        sum2a = wa.fma(xs, sum2a);
        sum2b = wb.fma(xs, sum2b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 3]);
        sum3a = wa.fma(xs, sum3a);
        sum3b = wb.fma(xs, sum3b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 4]);
        sum4a = wa.fma(xs, sum4a);
        sum4b = wb.fma(xs, sum4b);
        wa = (FloatVector) codesA.and(mask << bits).convert(VectorOperators.I2F, 0);
        wb = (FloatVector) codesB.and(mask << bits).convert(VectorOperators.I2F, 0);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step]);
        sum0a = wa.fma(xs, sum0a);
        sum0b = wb.fma(xs, sum0b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 1]);
        sum1a = wa.fma(xs, sum1a);
        sum1b = wb.fma(xs, sum1b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 2]);
        sum2a = wa.fma(xs, sum2a);
        sum2b = wb.fma(xs, sum2b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 3]);
        sum3a = wa.fma(xs, sum3a);
        sum3b = wb.fma(xs, sum3b);
        xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 4]);
        sum4a = wa.fma(xs, sum4a);
        sum4b = wb.fma(xs, sum4b);
        at += 2 * step;
      }
      FloatVector scalea =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, block, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      FloatVector scaleb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, block + VECTOR / 2, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats()
              .mul(Lanes.HALF_FACTOR);
      total0a = scalea.fma(sum0a, total0a);
      total0b = scaleb.fma(sum0b, total0b);
      total1a = scalea.fma(sum1a, total1a);
      total1b = scaleb.fma(sum1b, total1b);
      total2a = scalea.fma(sum2a, total2a);
      total2b = scaleb.fma(sum2b, total2b);
      total3a = scalea.fma(sum3a, total3a);
      total3b = scaleb.fma(sum3b, total3b);
      total4a = scalea.fma(sum4a, total4a);
      total4b = scaleb.fma(sum4b, total4b);
      if (hasMinimum) {
        FloatVector minimuma =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector minimumb =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            Lanes.HALF_SHORT, tiles, block + MINIMA + VECTOR / 2, Lanes.ORDER)
                        .convertShape(VectorOperators.S2I, Lanes.INT, 0))
                .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
                .and(Lanes.HALF_MASK)
                .reinterpretAsFloats()
                .mul(Lanes.HALF_FACTOR);
        FloatVector all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b]);
        total0a = minimuma.fma(all, total0a);
        total0b = minimumb.fma(all, total0b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + perRow]);
        total1a = minimuma.fma(all, total1a);
        total1b = minimumb.fma(all, total1b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + 2 * perRow]);
        total2a = minimuma.fma(all, total2a);
        total2b = minimumb.fma(all, total2b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + 3 * perRow]);
        total3a = minimuma.fma(all, total3a);
        total3b = minimumb.fma(all, total3b);
        all = FloatVector.broadcast(Lanes.FLOAT, sums[index + b + 4 * perRow]);
        total4a = minimuma.fma(all, total4a);
        total4b = minimumb.fma(all, total4b);
      }
      block += bytes;
    }
    total0a.intoArray(output, offset);
    total0b.intoArray(output, offset + LANES);
    total1a.intoArray(output, offset + stride);
    total1b.intoArray(output, offset + stride + LANES);
    total2a.intoArray(output, offset + 2 * stride);
    total2b.intoArray(output, offset + 2 * stride + LANES);
    total3a.intoArray(output, offset + 3 * stride);
    total3b.intoArray(output, offset + 3 * stride + LANES);
    total4a.intoArray(output, offset + 4 * stride);
    total4b.intoArray(output, offset + 4 * stride + LANES);
  }
}
