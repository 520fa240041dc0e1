package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Quantization;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Tiles of codes of 5 or 6 bits, or of 4 bits that number uneven levels. They lie in memory in as
 * many bits. For products with several rows of activations they are unpacked, some blocks at a
 * time, to {@link CodeTiles} of 8 bits, which then work from the cache. That costs little, since a
 * 32-bit operation unpacks four codes of a row, where the products take one.
 *
 * <p>What has a scale is the rows' scales, their minima, and then 32-bit words: first the codes'
 * lower 4 bits, those of columns 8i to 8i + 3 in the low nibbles of word i's bytes, those of the
 * next four in the high ones; then one word with the upper bits, those of columns 4j to 4j + 3 at
 * bit j * {@code upperBits} of its bytes.
 *
 * @param codes what they are unpacked to
 * @param upperBits of a code, beyond 4; 0 for numbers of levels
 * @param levels codes by number, over the lowest, as often as a vector has bytes for it; empty
 *     where codes are not numbers of levels
 * @param single products with one row of activations
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
record PackedTiles(CodeTiles codes, int upperBits, byte[] levels, PackedRow single)
    implements CodeFormat {
  /** Blocks that are unpacked at once: some KB, which stay in the nearest cache. */
  private static final int CHUNK = 8;

  private static final int BYTES = 8;
  private static final int NIBBLES = 0x0f0f0f0f;
  private static final int LANES = Lanes.FLOATS;

  /** From a word to the next: the words of all rows of a tile. */
  private static final int WORD = ROWS * Integer.BYTES;

  private static final ThreadLocal<MemorySegment> UNPACKED =
      ThreadLocal.withInitial(
          () -> Arena.ofAuto().allocate((long) CHUNK * ROWS * (BLOCK + 4L * Integer.BYTES), 64));

  static PackedTiles of(Quantization quantization) {
    byte[] levels = new byte[quantization.levels().isEmpty() ? 0 : PackedRow.LEVEL.length()];
    for (int i = 0; i < levels.length; i++) {
      int level = quantization.levels().get(i % quantization.levels().size());
      levels[i] = (byte) (level - quantization.lowest());
    }
    int range = quantization.highest() - quantization.lowest();
    int upperBits = levels.length > 0 ? 0 : range < 32 ? 1 : 2;
    CodeTiles codes = CodeTiles.of(quantization, BYTES);
    int bytes = scaleBlockBytes(codes, upperBits);
    PackedRow single =
        new PackedRow(
            codes.form(),
            codes.columns(),
            codes.zero(),
            codes.hasMinimum(),
            upperBits,
            levels,
            (long) bytes * ROWS);
    return new PackedTiles(codes, upperBits, levels, single);
  }

  @Override
  public int columns() {
    return codes.columns();
  }

  @Override
  public int blockBytes() {
    return BLOCK / columns() * scaleBlockBytes();
  }

  /** Bytes of a row's scale, minimum and codes. */
  private int scaleBlockBytes() {
    return scaleBlockBytes(codes, upperBits);
  }

  private static int scaleBlockBytes(CodeTiles codes, int upperBits) {
    return codes.scaleBytes() + codes.columns() * (4 + upperBits) / Byte.SIZE;
  }

  @Override
  public ActivationForm form() {
    return codes.form();
  }

  @Override
  public RowGroups groups() {
    return codes.groups();
  }

  @Override
  public void pack(short[] source, int from, int columns, short[] target, int block, int row) {
    throw new IllegalStateException("these types are packed by their codes");
  }

  @Override
  public void packCodes(
      byte[] values, int from, float scale, float minimum, short[] target, int block, int row) {
    target[block + row] = Float.floatToFloat16(scale);
    if (codes.hasMinimum()) {
      target[block + ROWS + row] = Float.floatToFloat16(minimum);
    }
    int to = block + codes.scaleBytes() / Short.BYTES * ROWS + 2 * row;
    int upper = 0;
    for (int c = 0; c < columns(); c += 8) {
      int word = 0;
      for (int k = 0; k < 8; k++) {
        int code = number(values[from + c + k]);
        int shift = (k & 3) * Byte.SIZE;
        word |= (code & 15) << (shift + (k & 4));
        upper |= (code >> 4) << (shift + (c + k) / 4 * upperBits);
      }
      put(target, to, word);
      to += 2 * ROWS;
    }
    if (upperBits > 0) {
      put(target, to, upper);
    }
  }

  private static void put(short[] target, int at, int word) {
    target[at] = (short) word;
    target[at + 1] = (short) (word >>> Short.SIZE);
  }

  /** The code from 0 on, or the number of its level. */
  private int number(int code) {
    int fromZero = code + codes.zero();
    if (levels.length == 0) {
      return fromZero;
    }
    int number = 0;
    while (Byte.toUnsignedInt(levels[number]) != fromZero) {
      number++;
    }
    return number;
  }

  @Override
  public float value(MemorySegment tiles, long tileBlock, int row, int tileColumn) {
    int column = tileColumn % columns();
    long block = tileBlock + (long) (tileColumn / columns()) * scaleBlockBytes() * ROWS;
    long words = block + (long) codes.scaleBytes() * ROWS + (long) Integer.BYTES * row;
    int shift = (column & 3) * Byte.SIZE;
    int word = tiles.get(ValueLayout.JAVA_INT_UNALIGNED, words + (long) (column >> 3) * WORD);
    int code = word >>> (shift + (column & 4)) & 15;
    if (upperBits > 0) {
      int upper = tiles.get(ValueLayout.JAVA_INT_UNALIGNED, words + (long) columns() / 8 * WORD);
      code |= (upper >>> (shift + (column >> 2) * upperBits) & (1 << upperBits) - 1) << 4;
    }
    code = levels.length == 0 ? code : Byte.toUnsignedInt(levels[code]);
    long at = block + (long) Short.BYTES * row;
    float scale = half(tiles, at);
    float minimum = codes.hasMinimum() ? half(tiles, at + (long) Short.BYTES * ROWS) : 0;
    return scale * (code - codes.zero()) + minimum;
  }

  private static float half(MemorySegment tiles, long at) {
    return Float.float16ToFloat(tiles.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
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
    if (rows == 1) {
      single.multiply(tiles, tile, blocks, input, row, output, offset);
      return;
    }
    MemorySegment unpacked = UNPACKED.get();
    long bytes = (long) blockBytes() * ROWS;
    for (int first = 0; first < blocks; first += CHUNK) {
      int count = Math.min(CHUNK, blocks - first);
      int scales = count * (BLOCK / columns());
      copyScales(tiles, tile + first * bytes, scales, unpacked);
      if (levels.length > 0) {
        unpackLevels(tiles, tile + first * bytes, scales, unpacked);
      } else {
        unpack(tiles, tile + first * bytes, scales, unpacked);
      }
      codes.multiply(unpacked, 0, first, count, input, row, rows, output, offset, stride);
    }
  }

  /** Copies scales and minima, for each scale's part of the tile. */
  private void copyScales(MemorySegment tiles, long from, int scales, MemorySegment target) {
    int head = codes.scaleBytes() * ROWS;
    long source = from;
    long to = 0;
    for (int s = 0; s < scales; s++) {
      for (int i = 0; i < head; i += LANES * Integer.BYTES) {
        IntVector.fromMemorySegment(Lanes.INT, tiles, source + i, Lanes.ORDER)
            .intoMemorySegment(target, to + i, Lanes.ORDER);
      }
      source += (long) scaleBlockBytes() * ROWS;
      to += (long) codes.scaleBlockBytes() * ROWS;
    }
  }

  private void unpack(MemorySegment tiles, long from, int scales, MemorySegment target) {
    int bits = upperBits;
    int mask = ((1 << bits) - 1) * 0x10101010;
    int words = columns() / 8;
    int head = codes.scaleBytes() * ROWS;
    int upperAt = words * WORD;
    long bytes = (long) scaleBlockBytes() * ROWS;
    long targetBytes = (long) codes.scaleBlockBytes() * ROWS;
    for (int lane = 0; lane < WORD; lane += LANES * Integer.BYTES) {
      long word = from + head + lane;
      long at = (long) head + lane;
      for (int s = 0; s < scales; s++) {
        IntVector upper =
            IntVector.fromMemorySegment(Lanes.INT, tiles, word + upperAt, Lanes.ORDER);
        for (int w = 0; w < words; w++) {
          IntVector lower =
              IntVector.fromMemorySegment(Lanes.INT, tiles, word + (long) w * WORD, Lanes.ORDER);
          // Brings the upper bits of the word's first four columns to bit 4.
          int rotation = 2 * w * bits - 4;
          lower
              .and(NIBBLES)
              .or(upper.lanewise(VectorOperators.ROR, rotation).and(mask))
              .or(Integer.MIN_VALUE)
              .intoMemorySegment(target, at + 2L * w * WORD, Lanes.ORDER);
          lower
              .lanewise(VectorOperators.LSHR, 4)
              .and(NIBBLES)
              .or(upper.lanewise(VectorOperators.ROR, rotation + bits).and(mask))
              .or(Integer.MIN_VALUE)
              .intoMemorySegment(target, at + (2L * w + 1) * WORD, Lanes.ORDER);
        }
        word += bytes;
        at += targetBytes;
      }
    }
  }

  private void unpackLevels(MemorySegment tiles, long from, int scales, MemorySegment target) {
    int words = columns() / 8;
    int head = codes.scaleBytes() * ROWS;
    long bytes = (long) scaleBlockBytes() * ROWS;
    long targetBytes = (long) codes.scaleBlockBytes() * ROWS;
    ByteVector table = ByteVector.fromArray(PackedRow.LEVEL, levels, 0);
    for (int lane = 0; lane < WORD; lane += LANES * Integer.BYTES) {
      long word = from + head + lane;
      long at = (long) head + lane;
      for (int s = 0; s < scales; s++) {
        for (int w = 0; w < words; w++) {
          IntVector numbers =
              IntVector.fromMemorySegment(Lanes.INT, tiles, word + (long) w * WORD, Lanes.ORDER);
          numbers
              .and(NIBBLES)
              .reinterpretAsBytes()
              .selectFrom(table)
              .reinterpretAsInts()
              .lanewise(VectorOperators.XOR, Integer.MIN_VALUE)
              .intoMemorySegment(target, at + 2L * w * WORD, Lanes.ORDER);
          numbers
              .lanewise(VectorOperators.LSHR, 4)
              .and(NIBBLES)
              .reinterpretAsBytes()
              .selectFrom(table)
              .reinterpretAsInts()
              .lanewise(VectorOperators.XOR, Integer.MIN_VALUE)
              .intoMemorySegment(target, at + (2L * w + 1) * WORD, Lanes.ORDER);
        }
        word += bytes;
        at += targetBytes;
      }
    }
  }
}
