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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;

/**
 * Packs tensors of a file into matrices for a device. Codes of 4 bits, and those around zero, by 32
 * stay what they are. Other quantized types become float16, as do tensors of several types that are
 * stacked on one another in a matrix; brain floats, and what has float32 beside it, become float32.
 *
 * @param nativeHalf whether float16 goes to the device as that, not as words
 * @param vectors whether words are for loads of four at a time
 */
record MatrixPacker(boolean nativeHalf, boolean vectors) {
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
          RowPacker packer = new RowPacker(tensor, source, encoding, words, floats);
          for (int i = 0; i < tensor.rows(); i++) {
            packer.pack(i, row++);
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
    Set<TensorType> types = types(layers);
    boolean even = layers.getFirst().getFirst().columns() % 2 == 0;
    if (types.contains(TensorType.F32) || types.contains(TensorType.BF16) || !even) {
      return Encoding.FLOAT32;
    }
    return types.size() > 1 ? Encoding.FLOAT16 : encoding(types.iterator().next());
  }

  /** The encoding of a type that is float16 or quantized. */
  private static int encoding(TensorType type) {
    return type.quantization()
        .filter(codes -> codes.groupSize() == Encoding.BLOCK)
        .map(codes ->
            codes.highest() - codes.lowest() < 16
                ? Encoding.INT4
                : codes.hasMinimum() ? Encoding.FLOAT16 : Encoding.INT8)
        .orElse(Encoding.FLOAT16);
  }

  private static Set<TensorType> types(List<List<Tensor>> layers) {
    Set<TensorType> types = EnumSet.noneOf(TensorType.class);
    layers.forEach(layer -> layer.forEach(tensor -> types.add(tensor.type())));
    return types;
  }

  /** For people: which types {@link #pack} makes to which floats, such as {@code Q6_K as F16}. */
  static Stream<String> conversions(List<List<Tensor>> layers) {
    int encoding = encoding(layers);
    if (encoding != Encoding.FLOAT16 && encoding != Encoding.FLOAT32) {
      return Stream.empty();
    }
    TensorType made = encoding == Encoding.FLOAT16 ? TensorType.F16 : TensorType.F32;
    return types(layers).stream().filter(type -> type != made).map(type -> type + " as " + made);
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
}
