package dev.skipstone.tornado;

import dev.skipstone.model.Quantization;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.tornado.kernel.Encoding;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Packs the rows of one tensor into a matrix in some encoding. */
final class RowPacker {
  private final TensorType type;
  private final MemorySegment source;
  private final int encoding;
  private final IntArray words;
  private final FloatArray floats;
  private final int columns;
  private final int blocks;

  /** Of one row, where its codes are taken. */
  private final byte[] encoded;

  private final byte[] codes;
  private final float[] scales;
  private final float[] minima;

  /** Of one row, where its values are taken. */
  private final float[] values;

  /**
   * @param source the tensor's values in the file
   * @param words of the matrix, as {@link Encoding} lays them out
   * @param floats likewise
   */
  RowPacker(Tensor tensor, MemorySegment source, int encoding, IntArray words, FloatArray floats) {
    this.source = source;
    this.encoding = encoding;
    this.words = words;
    this.floats = floats;
    type = tensor.type();
    columns = Math.toIntExact(tensor.columns());
    blocks = columns / type.blockSize();
    boolean asCodes = encoding == Encoding.INT4 || encoding == Encoding.INT8;
    encoded = new byte[asCodes ? blocks * type.blockBytes() : 0];
    codes = new byte[asCodes ? columns : 0];
    scales = new float[asCodes ? columns / Encoding.BLOCK : 0];
    minima = new float[scales.length];
    values = new float[asCodes ? 0 : columns];
  }

  /**
   * Packs a row.
   *
   * @param row in the tensor
   * @param to the row in the matrix
   */
  void pack(int row, int to) {
    switch (encoding) {
      case Encoding.INT4, Encoding.INT8 -> packCodes(row, to);
      case Encoding.FLOAT16 -> {
        type.decode(source, (long) row * blocks, blocks, values, 0);
        int first = to * (columns / 2);
        for (int i = 0; i < columns / 2; i++) {
          words.set(first + i, half(values[2 * i]) | half(values[2 * i + 1]) << 16);
        }
      }
      default -> {
        type.decode(source, (long) row * blocks, blocks, values, 0);
        for (int i = 0; i < columns; i++) {
          floats.set(to * columns + i, values[i]);
        }
      }
    }
  }

  private static int half(float value) {
    return Short.toUnsignedInt(Float.floatToFloat16(value));
  }

  private void packCodes(int row, int to) {
    MemorySegment.copy(
        source, ValueLayout.JAVA_BYTE, (long) row * encoded.length, encoded, 0, encoded.length);
    type.readCodes(encoded, blocks, codes, scales, minima);
    boolean unsigned = encoding == Encoding.INT4;
    Quantization quantization = type.quantization().orElseThrow();
    int zero = unsigned ? quantization.lowest() : 0;
    for (int i = 0; i < scales.length; i++) {
      int place = to * scales.length + i;
      if (unsigned) {
        floats.set(2 * place, scales[i]);
        floats.set(2 * place + 1, quantization.hasMinimum() ? minima[i] : zero * scales[i]);
      } else {
        floats.set(place, scales[i]);
      }
    }
    int perWord = 1 << encoding;
    int bits = Integer.SIZE / perWord;
    int first = to * (columns >> encoding);
    for (int word = 0; word < columns >> encoding; word++) {
      int packed = 0;
      for (int k = 0; k < perWord; k++) {
        int code = codes[word * perWord + k] - zero & (1 << bits) - 1;
        packed |= code << (k * bits);
      }
      words.set(first + word, packed);
    }
  }
}
