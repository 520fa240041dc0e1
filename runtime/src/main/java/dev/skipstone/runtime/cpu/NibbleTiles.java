package dev.skipstone.runtime.cpu;

import dev.skipstone.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Tiles of 4-bit codes with a scale and a minimum a block (Q4_1; Q4_0 with the minimum -8 times the
 * scale). A block is n float16 scales, n float16 minima, and 8 n 16-bit words: word [q][row] holds
 * the codes of columns q, q + 8, q + 16 and q + 24, lowest bits first, each less 8, in two's
 * complement.
 *
 * <p>Products are taken in 16-bit lanes: a code, -8 to 7, times a 10-bit activation is at most 8 *
 * 511, so that eight of them fit; the four such sums of a block are widened and scaled. A block
 * adds scale * (s * sum(code * x) + 8 * s * sum(x)) + minimum * s * sum(x), with s the activations'
 * own scale. Integer sums are exact, so a row's result does not depend on how rows are paired.
 */
record NibbleTiles(TensorType type) implements TileFormat {
  private static final long LOW_NIBBLES = 0x0f0f0f0f0f0f0f0fL;

  /** Flipping a code's top bit takes 8 from it, in two's complement. */
  private static final long TOP_BITS = 0x8888888888888888L;

  private static final int LANES = Lanes.SHORT.length();

  @Override
  public int blockBytes() {
    return 2 + 2 + BLOCK / 2;
  }

  @Override
  public boolean quantizedActivations() {
    return true;
  }

  @Override
  public void pack(
      MemorySegment source,
      long sourceOffset,
      int columns,
      MemorySegment target,
      long block,
      int n,
      int row) {
    short scale = source.get(ValueLayout.JAVA_SHORT_UNALIGNED, sourceOffset);
    boolean hasMinimum = type == TensorType.Q4_1;
    short minimum =
        hasMinimum
            ? source.get(ValueLayout.JAVA_SHORT_UNALIGNED, sourceOffset + 2)
            : Float.floatToFloat16(-8 * Float.float16ToFloat(scale));
    target.set(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * row, scale);
    target.set(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * (n + row), minimum);
    // Byte b of the file's 16 holds column b in its low bits and column b + 16 in its high bits.
    long codes = sourceOffset + (hasMinimum ? 4 : 2);
    long first = source.get(ValueLayout.JAVA_LONG_UNALIGNED, codes) ^ TOP_BITS;
    long second = source.get(ValueLayout.JAVA_LONG_UNALIGNED, codes + 8) ^ TOP_BITS;
    long low = (first & LOW_NIBBLES) | ((second & LOW_NIBBLES) << 4);
    long high = ((first >>> 4) & LOW_NIBBLES) | (second & ~LOW_NIBBLES);
    long word = block + 4L * n + 2L * row;
    for (int q = 0; q < 8; q++) {
      int bits = ((int) (low >>> (8 * q)) & 0xff) | (((int) (high >>> (8 * q)) & 0xff) << 8);
      target.set(ValueLayout.JAVA_SHORT_UNALIGNED, word + 2L * q * n, (short) bits);
    }
  }

  @Override
  public float value(MemorySegment tiles, long block, int n, int row, int column) {
    short scale = tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * row);
    short minimum = tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * (n + row));
    int word =
        tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, block + 4L * n + 2L * ((column % 8) * n + row));
    int code = (word >>> (4 * (column / 8)) & 15) ^ 8;
    return Float.float16ToFloat(scale) * code + Float.float16ToFloat(minimum);
  }

  @Override
  public void multiply(
      MemorySegment tiles,
      long tile,
      int n,
      int blocks,
      Activations input,
      int rows,
      float[] output,
      int offset,
      int stride,
      TileScratch scratch) {
    for (int r = 0; r < rows; r++) {
      Arrays.fill(output, offset + r * stride, offset + r * stride + n, 0);
    }
    long block = tile;
    for (int b = 0; b < blocks; b++) {
      Lanes.decodeHalves(tiles, block, 2 * n, scratch.scales);
      unpack(tiles, block + 4L * n, 8 * n, scratch.codes);
      int r = 0;
      for (; r + 1 < rows; r += 2) {
        int column = r * input.stride() + b * BLOCK;
        for (int q = 0; q < 4; q++) {
          sumEightOfTwoRows(
              scratch.codes, 8 * q * n, n, input, column + 8 * q, scratch.sums, q * n);
        }
        addScaled(scratch, 0, n, input, r, b, output, offset + r * stride);
        addScaled(scratch, 4 * n, n, input, r + 1, b, output, offset + (r + 1) * stride);
      }
      if (r < rows) {
        int column = r * input.stride() + b * BLOCK;
        for (int q = 0; q < 4; q++) {
          sumEight(scratch.codes, 8 * q * n, n, input.codes(), column + 8 * q, scratch.sums, q * n);
        }
        addScaled(scratch, 0, n, input, r, b, output, offset + r * stride);
      }
      block += (long) blockBytes() * n;
    }
  }

  /** Words to codes; {@code count} is 8 n, and column c's codes start at c * n. */
  private static void unpack(MemorySegment tiles, long words, int count, short[] codes) {
    for (int i = 0; i < count; i += LANES) {
      ShortVector word =
          ShortVector.fromMemorySegment(Lanes.SHORT, tiles, words + 2L * i, Lanes.ORDER);
      word.lanewise(VectorOperators.LSHL, 12)
          .lanewise(VectorOperators.ASHR, 12)
          .intoArray(codes, i);
      word.lanewise(VectorOperators.LSHL, 8)
          .lanewise(VectorOperators.ASHR, 12)
          .intoArray(codes, count + i);
      word.lanewise(VectorOperators.LSHL, 4)
          .lanewise(VectorOperators.ASHR, 12)
          .intoArray(codes, 2 * count + i);
      word.lanewise(VectorOperators.ASHR, 12).intoArray(codes, 3 * count + i);
    }
  }

  /**
   * sums[i] = the products of eight columns; two chains, so that additions overlap. No helper
   * methods that take or give vectors here: one that was compiled before its caller may not be
   * inlined, and then every vector goes through the heap.
   */
  private static void sumEight(
      short[] codes, int from, int n, short[] x, int c, short[] sums, int to) {
    ShortVector x0 = ShortVector.broadcast(Lanes.SHORT, x[c]);
    ShortVector x1 = ShortVector.broadcast(Lanes.SHORT, x[c + 1]);
    ShortVector x2 = ShortVector.broadcast(Lanes.SHORT, x[c + 2]);
    ShortVector x3 = ShortVector.broadcast(Lanes.SHORT, x[c + 3]);
    ShortVector x4 = ShortVector.broadcast(Lanes.SHORT, x[c + 4]);
    ShortVector x5 = ShortVector.broadcast(Lanes.SHORT, x[c + 5]);
    ShortVector x6 = ShortVector.broadcast(Lanes.SHORT, x[c + 6]);
    ShortVector x7 = ShortVector.broadcast(Lanes.SHORT, x[c + 7]);
    for (int i = 0; i < n; i += LANES) {
      int k = from + i;
      ShortVector even = ShortVector.fromArray(Lanes.SHORT, codes, k).mul(x0);
      ShortVector odd = ShortVector.fromArray(Lanes.SHORT, codes, k + n).mul(x1);
      even = even.add(ShortVector.fromArray(Lanes.SHORT, codes, k + 2 * n).mul(x2));
      odd = odd.add(ShortVector.fromArray(Lanes.SHORT, codes, k + 3 * n).mul(x3));
      even = even.add(ShortVector.fromArray(Lanes.SHORT, codes, k + 4 * n).mul(x4));
      odd = odd.add(ShortVector.fromArray(Lanes.SHORT, codes, k + 5 * n).mul(x5));
      even = even.add(ShortVector.fromArray(Lanes.SHORT, codes, k + 6 * n).mul(x6));
      odd = odd.add(ShortVector.fromArray(Lanes.SHORT, codes, k + 7 * n).mul(x7));
      even.add(odd).intoArray(sums, to + i);
    }
  }

  /**
   * As {@link #sumEight} for two rows of activations, which then share the loads of codes: a pass
   * of five rows costs 2.3 of a pass over one so, and 2.6 row by row.
   *
   * @param c the columns' start in the first row
   * @param to where the first row's sums start; the second's follow 4 n behind
   */
  private static void sumEightOfTwoRows(
      short[] codes, int from, int n, Activations input, int c, short[] sums, int to) {
    short[] x = input.codes();
    int d = c + input.stride();
    ShortVector x0 = ShortVector.broadcast(Lanes.SHORT, x[c]);
    ShortVector x1 = ShortVector.broadcast(Lanes.SHORT, x[c + 1]);
    ShortVector x2 = ShortVector.broadcast(Lanes.SHORT, x[c + 2]);
    ShortVector x3 = ShortVector.broadcast(Lanes.SHORT, x[c + 3]);
    ShortVector x4 = ShortVector.broadcast(Lanes.SHORT, x[c + 4]);
    ShortVector x5 = ShortVector.broadcast(Lanes.SHORT, x[c + 5]);
    ShortVector x6 = ShortVector.broadcast(Lanes.SHORT, x[c + 6]);
    ShortVector x7 = ShortVector.broadcast(Lanes.SHORT, x[c + 7]);
    ShortVector y0 = ShortVector.broadcast(Lanes.SHORT, x[d]);
    ShortVector y1 = ShortVector.broadcast(Lanes.SHORT, x[d + 1]);
    ShortVector y2 = ShortVector.broadcast(Lanes.SHORT, x[d + 2]);
    ShortVector y3 = ShortVector.broadcast(Lanes.SHORT, x[d + 3]);
    ShortVector y4 = ShortVector.broadcast(Lanes.SHORT, x[d + 4]);
    ShortVector y5 = ShortVector.broadcast(Lanes.SHORT, x[d + 5]);
    ShortVector y6 = ShortVector.broadcast(Lanes.SHORT, x[d + 6]);
    ShortVector y7 = ShortVector.broadcast(Lanes.SHORT, x[d + 7]);
    for (int i = 0; i < n; i += LANES) {
      int k = from + i;
      ShortVector code = ShortVector.fromArray(Lanes.SHORT, codes, k);
      ShortVector first = code.mul(x0);
      ShortVector second = code.mul(y0);
      code = ShortVector.fromArray(Lanes.SHORT, codes, k + n);
      first = first.add(code.mul(x1));
      second = second.add(code.mul(y1));
      code = ShortVector.fromArray(Lanes.SHORT, codes, k + 2 * n);
      first = first.add(code.mul(x2));
      second = second.add(code.mul(y2));
      code = ShortVector.fromArray(Lanes.SHORT, codes, k + 3 * n);
      first = first.add(code.mul(x3));
      second = second.add(code.mul(y3));
      code = ShortVector.fromArray(Lanes.SHORT, codes, k + 4 * n);
      first = first.add(code.mul(x4));
      second = second.add(code.mul(y4));
      code = ShortVector.fromArray(Lanes.SHORT, codes, k + 5 * n);
      first = first.add(code.mul(x5));
      second = second.add(code.mul(y5));
      code = ShortVector.fromArray(Lanes.SHORT, codes, k + 6 * n);
      first = first.add(code.mul(x6));
      second = second.add(code.mul(y6));
      code = ShortVector.fromArray(Lanes.SHORT, codes, k + 7 * n);
      first = first.add(code.mul(x7));
      second = second.add(code.mul(y7));
      first.intoArray(sums, to + i);
      second.intoArray(sums, to + 4 * n + i);
    }
  }

  /**
   * Adds a block's products to a row of outputs: output[i] += scale[i] * (s * sum + 8 sumX) +
   * minimum[i] * sumX.
   *
   * @param from where the four partial sums start, n values each
   */
  private static void addScaled(
      TileScratch scratch,
      int from,
      int n,
      Activations input,
      int row,
      int block,
      float[] output,
      int offset) {
    float scale = input.scales()[row * input.blocks() + block];
    float sum = input.sums()[row * input.blocks() + block];
    short[] sums = scratch.sums;
    float[] scales = scratch.scales;
    for (int i = 0; i < n; i += Lanes.FLOATS) {
      int k = from + i;
      ShortVector s0 = ShortVector.fromArray(Lanes.HALF_SHORT, sums, k);
      ShortVector s1 = ShortVector.fromArray(Lanes.HALF_SHORT, sums, k + n);
      ShortVector s2 = ShortVector.fromArray(Lanes.HALF_SHORT, sums, k + 2 * n);
      ShortVector s3 = ShortVector.fromArray(Lanes.HALF_SHORT, sums, k + 3 * n);
      IntVector products =
          ((IntVector) s0.convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .add((IntVector) s1.convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .add((IntVector) s2.convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .add((IntVector) s3.convertShape(VectorOperators.S2I, Lanes.INT, 0));
      FloatVector scaled =
          ((FloatVector) products.convert(VectorOperators.I2F, 0))
              .fma(
                  FloatVector.broadcast(Lanes.FLOAT, scale),
                  FloatVector.broadcast(Lanes.FLOAT, 8 * sum));
      FloatVector total = FloatVector.fromArray(Lanes.FLOAT, output, offset + i);
      total = FloatVector.fromArray(Lanes.FLOAT, scales, i).fma(scaled, total);
      FloatVector.fromArray(Lanes.FLOAT, scales, n + i)
          .fma(FloatVector.broadcast(Lanes.FLOAT, sum), total)
          .intoArray(output, offset + i);
    }
  }
}
