package dev.skipstone.model.gguf;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the descriptions of the tensors, and checks that the data are where they say. */
final class TensorHeaderReader {
  /** A name's length, the number of dimensions, one dimension, type and offset. */
  static final int LEAST_ENTRY_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;

  private static final int MOST_DIMENSIONS = 4;

  private final Path file;
  private final HeaderReader in;
  private final List<TensorHeader> tensors = new ArrayList<>();

  TensorHeaderReader(Path file, HeaderReader in) {
    this.file = file;
    this.in = in;
  }

  void read(int count) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      TensorHeader tensor = readOne("tensor " + (i + 1) + " of " + count);
      if (!names.add(tensor.name())) {
        throw new ModelFileException(
            file, tensor.field(), tensor.headerOffset(), "there are two tensors of this name");
      }
      tensors.add(tensor);
    }
  }

  /**
   * The tensors with their offsets in the file.
   *
   * @param dataOffset where the data starts
   */
  List<TensorHeader> placed(long dataOffset, int alignment, long fileSize) {
    TensorHeader[] placed = new TensorHeader[tensors.size()];
    for (int i = 0; i < placed.length; i++) {
      TensorHeader tensor = tensors.get(i);
      long offset = tensor.offset();
      if (offset % alignment != 0) {
        throw new ModelFileException(
            file,
            tensor.field(),
            tensor.headerOffset(),
            "its offset " + offset + " is not a multiple of the alignment " + alignment);
      }
      long least = tensor.end() - offset;
      if (offset < 0 || offset > fileSize - dataOffset - least) {
        throw new ModelFileException(
            file,
            tensor.field(),
            tensor.headerOffset(),
            "its "
                + least
                + " bytes at offset "
                + Long.toUnsignedString(offset)
                + " of the data reach beyond the end of the file; it may have been cut, download it"
                + " again");
      }
      placed[i] = tensor.movedBy(dataOffset);
    }
    TensorHeader[] sorted = placed.clone();
    Arrays.sort(sorted, Comparator.comparingLong(TensorHeader::offset));
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i].offset() < sorted[i - 1].end()) {
        throw new ModelFileException(
            file,
            sorted[i].field(),
            sorted[i].headerOffset(),
            "its data overlap those of tensor " + sorted[i - 1].name());
      }
    }
    return List.of(placed);
  }

  private TensorHeader readOne(String place) {
    long start = in.position();
    String name = in.string(place);
    if (name.isEmpty()) {
      throw new ModelFileException(file, place, start, "has no name");
    }
    String field = "tensor " + name;
    int dimensions = in.int32(field);
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw new ModelFileException(
          file,
          field,
          start,
          "has " + Integer.toUnsignedString(dimensions) + " dimensions, not 1 to 4");
    }
    Long[] shape = new Long[dimensions];
    for (int i = dimensions - 1; i >= 0; i--) {
      shape[i] = in.int64(field);
    }
    int typeId = in.int32(field);
    GgmlType type = GgmlType.of(typeId);
    long byteSize = byteSize(shape, type, field, start);
    long offset = in.int64(field);
    return new TensorHeader(name, List.of(shape), typeId, type, offset, byteSize, start);
  }

  private long byteSize(Long[] shape, GgmlType type, String field, long start) {
    try {
      long values = 1;
      for (long dimension : shape) {
        if (dimension < 1) {
          throw new ModelFileException(
              file,
              field,
              start,
              "has a dimension of " + Long.toUnsignedString(dimension) + " values");
        }
        values = Math.multiplyExact(values, dimension);
      }
      if (type == null) {
        return Tensor.UNKNOWN_SIZE;
      }
      long row = shape[shape.length - 1];
      if (row % type.blockSize() != 0) {
        throw new ModelFileException(
            file,
            field,
            start,
            "its rows of %d values are not whole %s blocks of %d"
                .formatted(row, type.name(), type.blockSize()));
      }
      return Math.multiplyExact(values / type.blockSize(), (long) type.blockBytes());
    } catch (ArithmeticException e) {
      throw new ModelFileException(
          file, field, start, "its dimensions are too large: " + Arrays.toString(shape), e);
    }
  }
}
