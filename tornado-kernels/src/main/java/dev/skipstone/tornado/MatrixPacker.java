package dev.skipstone.tornado;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.DeviceTraits;
import dev.skipstone.tornado.kernel.Encoding;
import dev.skipstone.tornado.kernel.KernelProfile;
import dev.skipstone.tornado.kernel.KernelRegistry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;

/**
 * Packs tensors of a file into matrices for a device. Tensors that are stacked on one another in a
 * matrix keep their type where they share it, and become float32 where they don't; brain floats
 * become float32.
 *
 * @param nativeHalf whether float16 goes to the device as that, not as words
 * @param vectors whether words are for loads of four at a time
 */
record MatrixPacker(boolean nativeHalf, boolean vectors) {
  private static final int NIBBLES = 0x0f0f0f0f;

  /** As the device's kernels take it, by rule or as the profile prefers. */
  static MatrixPacker of(DeviceTraits device, KernelProfile profile) {
    return new MatrixPacker(
        device.half() && KernelRegistry.takesHalves(profile), KernelRegistry.takesVectors(profile));
  }

  /** Bytes of {@link #pack}. */
  static long bytes(List<List<Tensor>> layers) {
    int encoding = encoding(layers);
    return 4 * (words(layers, encoding) + floats(layers, encoding));
  }

  /**
   * @param layers tensors of the same shapes for each layer; a layer's are stacked on one another
   */
  DeviceMatrix pack(List<List<Tensor>> layers) {
    int encoding = encoding(layers);
    IntArray words = new IntArray(Math.toIntExact(words(layers, encoding)));
    FloatArray floats = new FloatArray(Math.toIntExact(floats(layers, encoding)));
    int row = 0;
    for (List<Tensor> layer : layers) {
      for (Tensor tensor : layer) {
        try (Arena mapping = Arena.ofConfined()) {
          MemorySegment source = tensor.map(mapping);
          for (int i = 0; i < tensor.rows(); i++) {
            packRow(tensor, source, i, encoding, words, floats, row++);
          }
        }
      }
    }
    int rows = row / layers.size();
    int columns = Math.toIntExact(layers.getFirst().getFirst().columns());
    if (nativeHalf && encoding == Encoding.FLOAT16) {
      return DeviceMatrix.of(rows, columns, HalfFloatArray.fromSegment(words.getSegment()));
    }
    if (vectors && (encoding == Encoding.INT8 || encoding == Encoding.INT4)) {
      return DeviceMatrix.of(encoding, rows, columns, new VectorInt4(words), floats);
    }
    return new DeviceMatrix(encoding, rows, columns, words, floats);
  }

  private static int encoding(List<List<Tensor>> layers) {
    TensorType type = layers.getFirst().getFirst().type();
    boolean shared = layers.stream().flatMap(List::stream).allMatch(t -> t.type() == type);
    boolean even = layers.getFirst().getFirst().columns() % 2 == 0;
    if (!shared) {
      return Encoding.FLOAT32;
    }
    return switch (type) {
      case Q4_0, Q4_1 -> Encoding.INT4;
      case Q8_0 -> Encoding.INT8;
      case F16 -> even ? Encoding.FLOAT16 : Encoding.FLOAT32;
      case BF16, F32 -> Encoding.FLOAT32;
    };
  }

  private static long values(List<List<Tensor>> layers) {
    return layers.stream()
        .flatMap(List::stream)
        .mapToLong(tensor -> tensor.rows() * tensor.columns())
        .sum();
  }

  private static long words(List<List<Tensor>> layers, int encoding) {
    return encoding == Encoding.FLOAT32 ? 1 : values(layers) >> encoding;
  }

  private static long floats(List<List<Tensor>> layers, int encoding) {
    return switch (encoding) {
      case Encoding.INT4 -> 2 * values(layers) / Encoding.BLOCK;
      case Encoding.INT8 -> values(layers) / Encoding.BLOCK;
      case Encoding.FLOAT16 -> 1;
      default -> values(layers);
    };
  }

  private static void packRow(
      Tensor tensor,
      MemorySegment source,
      int sourceRow,
      int encoding,
      IntArray words,
      FloatArray floats,
      int row) {
    int columns = Math.toIntExact(tensor.columns());
    TensorType type = tensor.type();
    int blocks = columns / type.blockSize();
    long from = (long) sourceRow * blocks * type.blockBytes();
    int to = row * (columns >> encoding);
    switch (encoding) {
      case Encoding.INT4 -> {
        for (int block = 0; block < blocks; block++) {
          long at = from + (long) block * type.blockBytes();
          float scale = half(source, at);
          floats.set(2 * (row * blocks + block), scale);
          floats.set(
              2 * (row * blocks + block) + 1,
              type == TensorType.Q4_1 ? half(source, at + 2) : -8 * scale);
          packNibbles(source, at + type.blockBytes() - Encoding.BLOCK / 2, words, to + 4 * block);
        }
      }
      case Encoding.INT8 -> {
        for (int block = 0; block < blocks; block++) {
          long at = from + (long) block * type.blockBytes();
          floats.set(row * blocks + block, half(source, at));
          for (int word = 0; word < 8; word++) {
            words.set(
                to + 8 * block + word,
                source.get(ValueLayout.JAVA_INT_UNALIGNED, at + 2 + 4L * word));
          }
        }
      }
      case Encoding.FLOAT16 -> {
        for (int word = 0; word < columns / 2; word++) {
          words.set(to + word, source.get(ValueLayout.JAVA_INT_UNALIGNED, from + 4L * word));
        }
      }
      default -> {
        float[] values = new float[columns];
        type.decode(source, (long) sourceRow * blocks, blocks, values, 0);
        for (int i = 0; i < columns; i++) {
          floats.set(row * columns + i, values[i]);
        }
      }
    }
  }

  private static float half(MemorySegment source, long offset) {
    return Float.float16ToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
  }

  /** The file's byte b has column b in its low bits and column b + 16 in its high bits. */
  private static void packNibbles(MemorySegment source, long codes, IntArray words, int to) {
    for (int half = 0; half < 2; half++) {
      int first = source.get(ValueLayout.JAVA_INT_UNALIGNED, codes + 8L * half);
      int second = source.get(ValueLayout.JAVA_INT_UNALIGNED, codes + 8L * half + 4);
      words.set(to + half, squeeze(first & NIBBLES) | squeeze(second & NIBBLES) << 16);
      words.set(
          to + 2 + half, squeeze(first >>> 4 & NIBBLES) | squeeze(second >>> 4 & NIBBLES) << 16);
    }
  }

  /** Four bytes with a nibble each to 16 bits. */
  private static int squeeze(int bytes) {
    return (bytes & 0xf) | (bytes >> 4 & 0xf0) | (bytes >> 8 & 0xf00) | (bytes >> 12 & 0xf000);
  }
}
