package dev.skipstone.runtime.cpu;

import dev.skipstone.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Tiles of 16-bit floats: F16 and BF16. A block is its columns one after another, each with the
 * tile's rows side by side.
 *
 * <p>A float16's exponent and fraction, moved to float32's places, are the value times 2^-112,
 * subnormal ones too. Activations come times 2^64, and a block's sum is multiplied with the rest.
 * As in {@link CodeTiles}, the methods for one to five rows do the same for each row.
 *
 * @param shift from the 16 bits, sign-extended, to float32's places
 * @param mask of float32's bits that hold something then
 * @param factor what a block's sum is multiplied with
 * @param columnBytes always {@link #COLUMN}, but not for the compiler: loops whose offsets it can
 *     tell beforehand it takes apart, to check whole ranges of them, which costs more for so few
 *     columns than comparing each
 */
record HalfTiles(ActivationForm form, int shift, int mask, float factor, int columnBytes)
    implements TileFormat {
  private static final int LANES = Lanes.FLOATS;

  /** Bytes from a column's values to those of the next {@link #LANES} rows. */
  private static final int VECTOR = LANES * Short.BYTES;

  /** Bytes of a column of a tile. */
  private static final int COLUMN = ROWS * Short.BYTES;

  private static final RowGroups GROUPS = new RowGroups();

  static HalfTiles of(TensorType type) {
    return switch (type) {
      case F16 ->
          new HalfTiles(ActivationForm.HALVES, Lanes.HALF_SHIFT, Lanes.HALF_MASK, 0x1p48f, COLUMN);
      case BF16 -> new HalfTiles(ActivationForm.PLAIN, 16, -1, 1, COLUMN);
      default -> throw new IllegalArgumentException(type + " is not a 16-bit float");
    };
  }

  @Override
  public RowGroups groups() {
    return GROUPS;
  }

  @Override
  public int blockBytes() {
    return BLOCK * Short.BYTES;
  }

  @Override
  public void pack(short[] source, int from, int columns, short[] target, int block, int row) {
    for (int c = 0; c < columns; c++) {
      target[block + c * ROWS + row] = source[from + c];
    }
  }

  private static long at(long block, int row, int column) {
    return block + (long) column * COLUMN + (long) row * Short.BYTES;
  }

  @Override
  public float value(MemorySegment tiles, long block, int row, int column) {
    int bits = tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, at(block, row, column));
    float scaled = Float.intBitsToFloat(bits << shift & mask);
    return form == ActivationForm.HALVES ? scaled * Lanes.HALF_FACTOR : scaled;
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
    for (int lane = 0; lane < ROWS; lane += 2 * LANES) {
      long at = tile + (long) Short.BYTES * lane;
      int to = offset + lane;
      switch (rows) {
        case 1 -> multiply1(tiles, at, blocks, input, row, output, to);
        case 2 -> multiply2(tiles, at, blocks, input, row, output, to, stride);
        case 3 -> multiply3(tiles, at, blocks, input, row, output, to, stride);
        case 4 -> multiply4(tiles, at, blocks, input, row, output, to, stride);
        case 5 -> multiply5(tiles, at, blocks, input, row, output, to, stride);
        default -> throw new IllegalArgumentException(rows + " rows at once");
      }
    }
  }

  /** One row of activations. */
  private void multiply1(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset) {
    float[] x = input.values(form);
    int at = input.at(row);
    int step = input.step();
    int bytes = columnBytes;
    FloatVector sum0a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum0b = sum0a;
    for (int c = 0; c < blocks * BLOCK; c += 4) {
      long word = tile + (long) c * bytes;
      FloatVector wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      FloatVector wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
      sum0a = wa.fma(xs, sum0a);
      sum0b = wb.fma(xs, sum0b);
      wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + COLUMN, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, word + COLUMN + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step]);
      sum0a = wa.fma(xs, sum0a);
      sum0b = wb.fma(xs, sum0b);
      wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, word + 2 * COLUMN, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, word + 2 * COLUMN + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 2 * step]);
      sum0a = wa.fma(xs, sum0a);
      sum0b = wb.fma(xs, sum0b);
      wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, word + 3 * COLUMN, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, word + 3 * COLUMN + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 3 * step]);
      sum0a = wa.fma(xs, sum0a);
      sum0b = wb.fma(xs, sum0b);
      at += 4 * step;
    }
    FloatVector scale = FloatVector.broadcast(Lanes.FLOAT, factor);
    scale.fma(sum0a, FloatVector.fromArray(Lanes.FLOAT, output, offset)).intoArray(output, offset);
    scale
        .fma(sum0b, FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES))
        .intoArray(output, offset + LANES);
  }

  /** Two rows of activations. */
  private void multiply2(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset,
      int stride) {
    float[] x = input.values(form);
    int at = input.at(row);
    int step = input.step();
    int bytes = columnBytes;
    FloatVector sum0a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum0b = sum0a;
    FloatVector sum1a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum1b = sum1a;
    for (int c = 0; c < blocks * BLOCK; c += 2) {
      long word = tile + (long) c * bytes;
      FloatVector wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      FloatVector wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
      sum0a = wa.fma(xs, sum0a);
      sum0b = wb.fma(xs, sum0b);
      xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 1]);
      sum1a = wa.fma(xs, sum1a);
      sum1b = wb.fma(xs, sum1b);
      wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + COLUMN, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, word + COLUMN + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step]);
      sum0a = wa.fma(xs, sum0a);
      sum0b = wb.fma(xs, sum0b);
      xs = FloatVector.broadcast(Lanes.FLOAT, x[at + step + 1]);
      sum1a = wa.fma(xs, sum1a);
      sum1b = wb.fma(xs, sum1b);
      at += 2 * step;
    }
    FloatVector scale = FloatVector.broadcast(Lanes.FLOAT, factor);
    scale.fma(sum0a, FloatVector.fromArray(Lanes.FLOAT, output, offset)).intoArray(output, offset);
    scale
        .fma(sum0b, FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES))
        .intoArray(output, offset + LANES);
    scale
        .fma(sum1a, FloatVector.fromArray(Lanes.FLOAT, output, offset + stride))
        .intoArray(output, offset + stride);
    scale
        .fma(sum1b, FloatVector.fromArray(Lanes.FLOAT, output, offset + stride + LANES))
        .intoArray(output, offset + stride + LANES);
  }

  /** Three rows of activations. */
  private void multiply3(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset,
      int stride) {
    float[] x = input.values(form);
    int at = input.at(row);
    int step = input.step();
    int bytes = columnBytes;
    FloatVector sum0a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum0b = sum0a;
    FloatVector sum1a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum1b = sum1a;
    FloatVector sum2a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum2b = sum2a;
    for (int c = 0; c < blocks * BLOCK; c += 2) {
      long word = tile + (long) c * bytes;
      FloatVector wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      FloatVector wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      FloatVector xs = FloatVector.broadcast(Lanes.FLOAT, x[at]);
      sum0a = wa.fma(xs, sum0a);
      sum0b = wb.fma(xs, sum0b);
      xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 1]);
      sum1a = wa.fma(xs, sum1a);
      sum1b = wb.fma(xs, sum1b);
      xs = FloatVector.broadcast(Lanes.FLOAT, x[at + 2]);
      sum2a = wa.fma(xs, sum2a);
      sum2b = wb.fma(xs, sum2b);
      wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + COLUMN, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, word + COLUMN + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
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
    FloatVector scale = FloatVector.broadcast(Lanes.FLOAT, factor);
    scale.fma(sum0a, FloatVector.fromArray(Lanes.FLOAT, output, offset)).intoArray(output, offset);
    scale
        .fma(sum0b, FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES))
        .intoArray(output, offset + LANES);
    scale
        .fma(sum1a, FloatVector.fromArray(Lanes.FLOAT, output, offset + stride))
        .intoArray(output, offset + stride);
    scale
        .fma(sum1b, FloatVector.fromArray(Lanes.FLOAT, output, offset + stride + LANES))
        .intoArray(output, offset + stride + LANES);
    scale
        .fma(sum2a, FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride))
        .intoArray(output, offset + 2 * stride);
    scale
        .fma(sum2b, FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride + LANES))
        .intoArray(output, offset + 2 * stride + LANES);
  }

  /** Four rows of activations. */
  private void multiply4(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset,
      int stride) {
    float[] x = input.values(form);
    int at = input.at(row);
    int step = input.step();
    int bytes = columnBytes;
    FloatVector sum0a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum0b = sum0a;
    FloatVector sum1a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum1b = sum1a;
    FloatVector sum2a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum2b = sum2a;
    FloatVector sum3a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum3b = sum3a;
    for (int c = 0; c < blocks * BLOCK; c += 2) {
      long word = tile + (long) c * bytes;
      FloatVector wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      FloatVector wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
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
      wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + COLUMN, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, word + COLUMN + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
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
    FloatVector scale = FloatVector.broadcast(Lanes.FLOAT, factor);
    scale.fma(sum0a, FloatVector.fromArray(Lanes.FLOAT, output, offset)).intoArray(output, offset);
    scale
        .fma(sum0b, FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES))
        .intoArray(output, offset + LANES);
    scale
        .fma(sum1a, FloatVector.fromArray(Lanes.FLOAT, output, offset + stride))
        .intoArray(output, offset + stride);
    scale
        .fma(sum1b, FloatVector.fromArray(Lanes.FLOAT, output, offset + stride + LANES))
        .intoArray(output, offset + stride + LANES);
    scale
        .fma(sum2a, FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride))
        .intoArray(output, offset + 2 * stride);
    scale
        .fma(sum2b, FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride + LANES))
        .intoArray(output, offset + 2 * stride + LANES);
    scale
        .fma(sum3a, FloatVector.fromArray(Lanes.FLOAT, output, offset + 3 * stride))
        .intoArray(output, offset + 3 * stride);
    scale
        .fma(sum3b, FloatVector.fromArray(Lanes.FLOAT, output, offset + 3 * stride + LANES))
        .intoArray(output, offset + 3 * stride + LANES);
  }

  /** Five rows of activations. */
  private void multiply5(
      MemorySegment tiles,
      long tile,
      int blocks,
      Activations input,
      int row,
      float[] output,
      int offset,
      int stride) {
    float[] x = input.values(form);
    int at = input.at(row);
    int step = input.step();
    int bytes = columnBytes;
    FloatVector sum0a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum0b = sum0a;
    FloatVector sum1a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum1b = sum1a;
    FloatVector sum2a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum2b = sum2a;
    FloatVector sum3a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum3b = sum3a;
    FloatVector sum4a = FloatVector.zero(Lanes.FLOAT);
    FloatVector sum4b = sum4a;
    for (int c = 0; c < blocks * BLOCK; c += 2) {
      long word = tile + (long) c * bytes;
      FloatVector wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      FloatVector wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
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
      wa =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, tiles, word + COLUMN, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
      wb =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.HALF_SHORT, tiles, word + COLUMN + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, shift)
              .and(mask)
              .reinterpretAsFloats();
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
    FloatVector scale = FloatVector.broadcast(Lanes.FLOAT, factor);
    scale.fma(sum0a, FloatVector.fromArray(Lanes.FLOAT, output, offset)).intoArray(output, offset);
    scale
        .fma(sum0b, FloatVector.fromArray(Lanes.FLOAT, output, offset + LANES))
        .intoArray(output, offset + LANES);
    scale
        .fma(sum1a, FloatVector.fromArray(Lanes.FLOAT, output, offset + stride))
        .intoArray(output, offset + stride);
    scale
        .fma(sum1b, FloatVector.fromArray(Lanes.FLOAT, output, offset + stride + LANES))
        .intoArray(output, offset + stride + LANES);
    scale
        .fma(sum2a, FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride))
        .intoArray(output, offset + 2 * stride);
    scale
        .fma(sum2b, FloatVector.fromArray(Lanes.FLOAT, output, offset + 2 * stride + LANES))
        .intoArray(output, offset + 2 * stride + LANES);
    scale
        .fma(sum3a, FloatVector.fromArray(Lanes.FLOAT, output, offset + 3 * stride))
        .intoArray(output, offset + 3 * stride);
    scale
        .fma(sum3b, FloatVector.fromArray(Lanes.FLOAT, output, offset + 3 * stride + LANES))
        .intoArray(output, offset + 3 * stride + LANES);
    scale
        .fma(sum4a, FloatVector.fromArray(Lanes.FLOAT, output, offset + 4 * stride))
        .intoArray(output, offset + 4 * stride);
    scale
        .fma(sum4b, FloatVector.fromArray(Lanes.FLOAT, output, offset + 4 * stride + LANES))
        .intoArray(output, offset + 4 * stride + LANES);
  }
}
