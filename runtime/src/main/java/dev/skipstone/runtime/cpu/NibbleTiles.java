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
 * the codes of columns q, q + 8, q + 16 and q + 24, lowest bits first.
 *
 * <p>Products are taken in 16-bit lanes: a code times an 8-bit activation is at most 15 * 127, so
 * that 16 of them fit; two such sums a block are widened and scaled. A block adds scale * s *
 * sum(code * x) + minimum * s * sum(x), with s the activations' own scale.
 */
record NibbleTiles(TensorType type) implements TileFormat {
  private static final long LOW_NIBBLES = 0x0f0f0f0f0f0f0f0fL;
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
    long first = source.get(ValueLayout.JAVA_LONG_UNALIGNED, codes);
    long second = source.get(ValueLayout.JAVA_LONG_UNALIGNED, codes + 8);
    long low = (first & LOW_NIBBLES) | ((second & LOW_NIBBLES) << 4);
    long high = ((first >>> 4) & LOW_NIBBLES) | (second & ~LOW_NIBBLES);
    long word = block + 4L * n + 2L * row;
    for (int q = 0; q < 8; q++) {
      int bits = (int) (low >>> (8 * q)) & 0xff | ((int) (high >>> (8 * q)) & 0xff) << 8;
      target.set(ValueLayout.JAVA_SHORT_UNALIGNED, word + 2L * q * n, (short) bits);
    }
  }

  @Override
  public float value(MemorySegment tiles, long block, int n, int row, int column) {
    short scale = tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * row);
    short minimum = tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, block + 2L * (n + row));
    int word =
        tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, block + 4L * n + 2L * ((column % 8) * n + row));
    int code = word >>> (4 * (column / 8)) & 15;
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
      for (int r = 0; r < rows; r++) {
        int column = r * input.stride() + b * BLOCK;
        sumEight(scratch.codes, 0, n, input.codes(), column, scratch.sums, 0);
        sumEight(scratch.codes, 8 * n, n, input.codes(), column + 8, scratch.sums, n);
        sumEight(scratch.codes, 16 * n, n, input.codes(), column + 16, scratch.sums, 2 * n);
        sumEight(scratch.codes, 24 * n, n, input.codes(), column + 24, scratch.sums, 3 * n);
        int scale = r * input.blocks() + b;
        addScaled(
            scratch.sums,
            n,
            scratch.scales,
            input.scales()[scale],
            input.sums()[scale],
            output,
            offset + r * stride);
      }
      block += (long) blockBytes() * n;
    }
  }

  /** Words to codes; {@code count} is 8 n, and column c's codes start at c * n. */
  private static void unpack(MemorySegment tiles, long words, int count, short[] codes) {
    for (int i = 0; i < count; i += LANES) {
      ShortVector word =
          ShortVector.fromMemorySegment(Lanes.SHORT, tiles, words + 2L * i, Lanes.ORDER);
      word.and((short) 15).intoArray(codes, i);
      word.lanewise(VectorOperators.LSHR, 4).and((short) 15).intoArray(codes, count + i);
      word.lanewise(VectorOperators.LSHR, 8).and((short) 15).intoArray(codes, 2 * count + i);
      word.lanewise(VectorOperators.LSHR, 12).intoArray(codes, 3 * count + i);
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
   * output[i] += scale[i] * scaleX * sum + minimum[i] * sumX, with sum of the four partial sums:
   * two of them still fit into 16 bits.
   */
  private static void addScaled(
      short[] sums, int n, float[] scales, float scaleX, float sumX, float[] output, int offset) {
    for (int i = 0; i < n; i += Lanes.FLOATS) {
      ShortVector low = ShortVector.fromArray(Lanes.HALF_SHORT, sums, i);
      low = low.add(ShortVector.fromArray(Lanes.HALF_SHORT, sums, n + i));
      ShortVector high = ShortVector.fromArray(Lanes.HALF_SHORT, sums, 2 * n + i);
      high = high.add(ShortVector.fromArray(Lanes.HALF_SHORT, sums, 3 * n + i));
      IntVector sum =
          ((IntVector) low.convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .add((IntVector) high.convertShape(VectorOperators.S2I, Lanes.INT, 0));
      FloatVector scale = FloatVector.fromArray(Lanes.FLOAT, scales, i).mul(scaleX);
      FloatVector total = FloatVector.fromArray(Lanes.FLOAT, output, offset + i);
      total = ((FloatVector) sum.convert(VectorOperators.I2F, 0)).fma(scale, total);
      FloatVector.fromArray(Lanes.FLOAT, scales, n + i)
          .fma(FloatVector.broadcast(Lanes.FLOAT, sumX), total)
          .intoArray(output, offset + i);
    }
  }
}
