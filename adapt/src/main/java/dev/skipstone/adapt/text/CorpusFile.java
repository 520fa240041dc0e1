package dev.skipstone.adapt.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * A corpus file while it is made: JSON lines, a header and then an item each, in the order of their
 * ids from 0 on, without gaps. A line is written at once; the half of one that an interrupted run
 * left is cut off when the file is opened again.
 */
final class CorpusFile implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final FileChannel channel;

  private CorpusFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens a file to append to, or makes it.
   *
   * @param header what a new file begins with, and an old one must
   * @param items receives the items that are there, in their order
   * @throws IOException if the file can't be read or written, or another process has it open
   * @throws IllegalArgumentException if it is not a corpus file, or one of another model or of
   *     other settings
   */
  static CorpusFile open(Path path, CorpusHeader header, Consumer<CorpusItem> items)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    try {
      if (channel.tryLock() == null) {
        throw new IOException(path + " is being written by another process");
      }
      CorpusFile file = new CorpusFile(channel);
      if (file.cutHalfLine() == 0) {
        file.append(CorpusJson.line(header));
      } else {
        CorpusJson.read(path, false, there -> header.check(path, there), items);
      }
      channel.position(channel.size());
      return file;
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** Cuts the file behind its last line break; returns how long it is then. */
  private long cutHalfLine() throws IOException {
    long end = channel.size();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (end > 0) {
      long from = Math.max(0, end - BUFFER);
      buffer.clear().limit((int) (end - from));
      while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {}
      for (int i = buffer.position() - 1; i >= 0; i--) {
        if (buffer.get(i) == '\n') {
          channel.truncate(from + i + 1);
          return from + i + 1;
        }
      }
      end = from;
    }
    channel.truncate(0);
    return 0;
  }

  /** Appends an item, whose id is the next one. */
  void append(CorpusItem item) throws IOException {
    append(CorpusJson.line(item));
  }

  private void append(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
