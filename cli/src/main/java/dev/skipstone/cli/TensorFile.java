package dev.skipstone.cli;

import dev.skipstone.model.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A tensor's values in a file, as little-endian float32. */
final class TensorFile {
  private TensorFile() {}

  /**
   * Writes the whole file or nothing: what was there before stays until the last value is written.
   *
   * @throws FailedException if it can't be written
   */
  static void write(Tensor tensor, Path target, Streams streams) {
    tensor.type(); // fails before anything is made, where the type is not supported
    new WholeFile("--raw", target).write(part -> writeValues(tensor, part, streams));
    streams
        .err()
        .printf("%s: %,d values of %s%n", target, tensor.rows() * tensor.columns(), tensor.name());
  }

  private static void writeValues(Tensor tensor, Path file, Streams streams) throws IOException {
    long total = tensor.rows() * tensor.columns();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      Progress progress = new Progress(streams, total);
      tensor.forEachValue((values, count) -> {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values, 0, count);
        try {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        progress.add(count);
      });
      progress.end();
    }
  }

  /** Percent on a terminal. */
  private static final class Progress {
    private static final String ERASE_LINE = "\r\u001B[K";
    private final Streams streams;
    private final long total;
    private long done;
    private long percent = -1;

    Progress(Streams streams, long total) {
      this.streams = streams;
      this.total = total;
    }

    void add(int values) {
      done += values;
      long now = 100 * done / total;
      if (now != percent && streams.isTerminal(Streams.Terminal.ERR)) {
        percent = now;
        streams.err().print(ERASE_LINE + "writing: " + percent + " %");
        streams.err().flush();
      }
    }

    void end() {
      if (percent >= 0) {
        streams.err().print(ERASE_LINE);
        streams.err().flush();
      }
    }
  }
}
