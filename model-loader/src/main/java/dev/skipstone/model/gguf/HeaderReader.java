package dev.skipstone.model.gguf;

import dev.skipstone.model.ModelFileException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a header from its start on through a window of bounded size. Nothing is allocated before
 * the file is known to hold what is asked for.
 */
final class HeaderReader {
  /**
   * No header is longer, which bounds the memory that a hostile one can ask for. The largest
   * vocabularies in use take some 20 MB.
   */
  static final long LONGEST_HEADER = 1 << 28;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WINDOW = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final long limit;
  private final byte[] window;
  private long windowStart;
  private int at;
  private int end;

  HeaderReader(Path file, FileChannel channel, long fileSize) {
    this.file = file;
    this.channel = channel;
    this.limit = Math.min(fileSize, LONGEST_HEADER);
    this.window = new byte[(int) Math.min(limit, WINDOW)];
  }

  /** Offset in the file of what is read next. */
  long position() {
    return windowStart + at;
  }

  /** Bytes that are left of the file, or of the longest header there may be. */
  long remaining() {
    return limit - position();
  }

  int int32(String field) {
    fill(Integer.BYTES, field);
    int value = (int) INT.get(window, at);
    at += Integer.BYTES;
    return value;
  }

  long int64(String field) {
    fill(Long.BYTES, field);
    long value = (long) LONG.get(window, at);
    at += Long.BYTES;
    return value;
  }

  /**
   * Reads a count of things that follow.
   *
   * @param leastBytes the fewest bytes that each of them takes
   * @param things what is counted, for the message
   */
  int count(int leastBytes, String field, String things) {
    long start = position();
    long count = int64(field);
    if (count < 0 || count > remaining() / leastBytes) {
      throw new ModelFileException(
          file,
          field,
          start,
          Long.toUnsignedString(count)
              + " "
              + things
              + " don't fit into the "
              + remaining()
              + " bytes that are left"
              + (limit == LONGEST_HEADER ? " of the longest header that is read" : ""));
    }
    return (int) count;
  }

  String string(String field) {
    int length = count(1, field, "bytes of text");
    if (length <= window.length) {
      fill(length, field);
      String text = new String(window, at, length, StandardCharsets.UTF_8);
      at += length;
      return text;
    }
    return new String(bytes(length, field), StandardCharsets.UTF_8);
  }

  byte[] bytes(long count, String field) {
    require(count, field);
    byte[] bytes = new byte[(int) count];
    int buffered = (int) Math.min(count, end - at);
    System.arraycopy(window, at, bytes, 0, buffered);
    at += buffered;
    if (buffered < count) {
      long start = position();
      read(bytes, buffered, (int) count - buffered, start, field);
      windowStart = start + count - buffered;
      at = 0;
      end = 0;
    }
    return bytes;
  }

  /** Has the window hold the next bytes, no more than its length. */
  private void fill(int count, String field) {
    if (end - at >= count) {
      return;
    }
    require(count, field);
    System.arraycopy(window, at, window, 0, end - at);
    windowStart += at;
    end -= at;
    at = 0;
    int more = (int) Math.min(window.length - end, limit - windowStart - end);
    read(window, end, more, windowStart + end, field);
    end += more;
  }

  private void require(long count, String field) {
    if (count > remaining()) {
      throw new ModelFileException(
          file,
          field,
          position(),
          limit == LONGEST_HEADER
              ? "the header is longer than the " + LONGEST_HEADER + " bytes that are read"
              : "the file ends, " + count + " bytes are needed and " + remaining() + " are left");
    }
  }

  private void read(byte[] target, int from, int count, long position, String field) {
    ByteBuffer buffer = ByteBuffer.wrap(target, from, count);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position() - from) < 0) {
          throw new ModelFileException(file, field, position, "the file was cut while it was read");
        }
      }
    } catch (IOException e) {
      throw new ModelFileException(file, field, position, "can't be read: " + e.getMessage(), e);
    }
  }
}
