package dev.skipstone.benchmarks.convert;

import dev.skipstone.benchmarks.Progress;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.gguf.GgufFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Copies a GGUF file with its matrices in another type. Vectors, such as the norms' weights, become
 * float32; metadata is copied as it is, but for the file's type. No quality is gained: values are
 * those that the old type stands for, rounded once more.
 */
public final class Requantizer {
  private final GgufFile source;
  private final MatrixType type;

  /**
   * @param source an open file, closed by the caller
   * @throws IllegalArgumentException if a matrix has rows that are not whole blocks of the type
   * @throws dev.skipstone.model.ModelFileException if a tensor's type is not supported
   */
  public Requantizer(GgufFile source, MatrixType type) {
    this.source = source;
    this.type = type;
    for (Tensor tensor : source.tensors()) {
      tensor.type();
      if (tensor.columns() % typeOf(tensor).blockSize() != 0) {
        throw new IllegalArgumentException(
            "%s: rows of %s have %d values, not whole blocks of %d, so that it can't become %s"
                .formatted(
                    source.path(),
                    tensor.name(),
                    tensor.columns(),
                    typeOf(tensor).blockSize(),
                    type));
      }
    }
  }

  /** Size of the copy in bytes. */
  public long size() {
    long end = 0;
    for (Tensor tensor : source.tensors()) {
      end = aligned(end) + size(tensor);
    }
    return source.dataOffset() + aligned(end);
  }

  /**
   * Writes the copy. An interrupt of the thread ends it with an exception.
   *
   * @param target an existing, empty file
   * @param progress told of each tensor
   * @throws IOException if the copy can't be written, or the header not be read again
   */
  public void write(Path target, Progress progress) throws IOException {
    try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE)) {
      writeHeader(out);
      List<Tensor> tensors = source.tensors();
      for (int i = 0; i < tensors.size(); i++) {
        pad(out);
        writeValues(tensors.get(i), out);
        progress.report(i + 1, tensors.size(), tensors.get(i).name());
      }
      pad(out);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private TensorType typeOf(Tensor tensor) {
    return tensor.shape().size() > 1 ? type.tensorType() : TensorType.F32;
  }

  private long size(Tensor tensor) {
    TensorType own = typeOf(tensor);
    return tensor.rows() * tensor.columns() / own.blockSize() * own.blockBytes();
  }

  private long aligned(long position) {
    return Math.ceilDiv(position, (long) source.alignment()) * source.alignment();
  }

  /** The list of tensors keeps its length, so that the data starts where it did. */
  private void writeHeader(FileChannel out) throws IOException {
    ByteBuffer header =
        ByteBuffer.allocate(Math.toIntExact(source.dataOffset())).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel in = FileChannel.open(source.path())) {
      while (header.hasRemaining() && in.read(header) >= 0) {
        // Reads on; a file that became shorter meanwhile fails at the list of tensors.
      }
    }
    MetadataSection metadata = MetadataSection.of(header);
    if (metadata.fileType() >= 0) {
      header.putInt(metadata.fileType(), type.fileType());
    }
    header.position(metadata.end());
    long offset = 0;
    for (Tensor tensor : source.tensors()) {
      byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
      header.putLong(name.length).put(name).putInt(tensor.shape().size());
      for (long dimension : tensor.shape().reversed()) {
        header.putLong(dimension);
      }
      offset = aligned(offset);
      header.putInt(typeOf(tensor).ggufId()).putLong(offset);
      offset += size(tensor);
    }
    header.rewind();
    write(header, out);
  }

  private void writeValues(Tensor tensor, FileChannel out) {
    TensorType own = typeOf(tensor);
    tensor.forEachValue((values, count) -> {
      ByteBuffer bytes =
          ByteBuffer.allocate(count / own.blockSize() * own.blockBytes())
              .order(ByteOrder.LITTLE_ENDIAN);
      for (int first = 0; first < count; first += own.blockSize()) {
        if (own == TensorType.F32) {
          bytes.putFloat(values[first]);
        } else {
          type.encode(values, first, bytes);
        }
      }
      try {
        write(bytes.flip(), out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private void pad(FileChannel out) throws IOException {
    write(ByteBuffer.allocate((int) (aligned(out.position()) - out.position())), out);
  }

  private static void write(ByteBuffer bytes, FileChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
