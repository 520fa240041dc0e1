package dev.skipstone.model.safetensors;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Checks that tensors have the sizes of their shapes, and fill the file. */
final class Placement {
  private final Path file;
  private final List<TensorEntry> tensors;

  Placement(Path file, List<TensorEntry> tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  /**
   * @param dataSize bytes of the file behind the header
   */
  void check(long dataSize) {
    tensors.forEach(tensor -> checkSize(tensor, dataSize));
    TensorEntry[] sorted = tensors.toArray(new TensorEntry[0]);
    Arrays.sort(sorted, Comparator.comparingLong(TensorEntry::begin));
    long end = 0;
    for (TensorEntry tensor : sorted) {
      if (tensor.begin() != end) {
        throw error(
            tensor,
            "its data begin at %d of the data, not at %d where those before it end"
                .formatted(tensor.begin(), end));
      }
      end = tensor.end();
    }
    if (end != dataSize) {
      throw new ModelFileException(
          file,
          "data",
          ModelFileException.NO_OFFSET,
          "the file has %d bytes of data, and its tensors take %d".formatted(dataSize, end));
    }
  }

  private void checkSize(TensorEntry tensor, long dataSize) {
    if (tensor.begin() < 0 || tensor.begin() > tensor.end()) {
      throw error(
          tensor, "data offsets %d to %d are no range".formatted(tensor.begin(), tensor.end()));
    }
    if (tensor.end() > dataSize) {
      throw error(
          tensor,
          "its data reach to %d of the %d bytes that the file has; it may have been cut, download"
                  .formatted(tensor.end(), dataSize)
              + " it again");
    }
    long values = values(tensor);
    long bytes = tensor.end() - tensor.begin();
    int each = tensor.type().bytes();
    if (each > 0 && (bytes % each != 0 || bytes / each != values)) {
      throw error(
          tensor,
          "its %d bytes are not %d values of %s".formatted(bytes, values, tensor.type().name()));
    }
  }

  private long values(TensorEntry tensor) {
    long values = 1;
    for (long dimension : tensor.shape()) {
      if (dimension < 1) {
        throw error(tensor, "has a dimension of " + dimension + " values");
      }
      try {
        values = Math.multiplyExact(values, dimension);
      } catch (ArithmeticException e) {
        throw error(tensor, "its dimensions are too large: " + tensor.shape());
      }
    }
    return values;
  }

  private ModelFileException error(TensorEntry tensor, String problem) {
    return new ModelFileException(file, tensor.field(), tensor.headerOffset(), problem);
  }
}
