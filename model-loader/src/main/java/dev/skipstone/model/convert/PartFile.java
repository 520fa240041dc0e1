package dev.skipstone.model.convert;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file under way: {@code NAME.part} until it is whole. {@code NAME.part.state} says what it is to
 * become and how many of its bytes are sure to be on disk, so that it can be gone on with.
 */
final class PartFile implements AutoCloseable {
  private final Path target;
  private final Path part;
  private final Path state;
  private final String identity;
  private final FileChannel channel;
  private final FileLock lock;

  private PartFile(Path target, String identity, FileChannel channel, FileLock lock) {
    this.target = target;
    this.part = part(target);
    this.state = state(target);
    this.identity = identity;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Opens what is there of the file, or begins it.
   *
   * @param target the file that is to be; a link's target where it is one
   * @param identity what tells it from others, without white space
   * @throws IOException if it can't be made, or another process is at it
   */
  @SuppressWarnings("MustBeClosed") // close() does
  static PartFile open(Path target, String identity) throws IOException {
    FileChannel channel =
        FileChannel.open(
            part(target),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      PartFile file = new PartFile(target, identity, channel, lock(target, channel));
      channel.truncate(Math.min(channel.size(), file.sure()));
      channel.position(channel.size());
      return file;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileLock lock(Path target, FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      // This process has it.
    }
    throw new FileSystemException(target.toString(), null, "another conversion is writing it");
  }

  private static Path part(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  private static Path state(Path target) {
    return target.resolveSibling(target.getFileName() + ".part.state");
  }

  /** Bytes of this very file that are on disk; 0 for another's, or where the state is broken. */
  private long sure() throws IOException {
    if (!Files.isRegularFile(state)) {
      return 0;
    }
    String[] words = new String(Files.readAllBytes(state), ISO_8859_1).strip().split(" ", -1);
    if (words.length != 2 || !words[0].equals(identity) || !words[1].matches("\\d{1,18}")) {
      return 0;
    }
    long bytes = Long.parseLong(words[1]);
    return bytes <= channel.size() ? bytes : 0;
  }

  /** Where it is under way. */
  Path path() {
    return part;
  }

  /** Bytes that are written. */
  long length() throws IOException {
    return channel.position();
  }

  /** Forgets what is behind. */
  void truncate(long bytes) throws IOException {
    channel.truncate(bytes);
    channel.position(bytes);
  }

  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Makes sure that what is written is found again after an interruption of any kind. */
  void keep() throws IOException {
    channel.force(false);
    Path next = state.resolveSibling(state.getFileName() + ".new");
    Files.writeString(next, identity + " " + channel.position() + "\n");
    Files.move(next, state, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Puts the whole file in its place. */
  void finish() throws IOException {
    channel.force(true);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(state);
  }

  /** Leaves nothing of it. */
  void discard() throws IOException {
    Files.deleteIfExists(state);
    Files.deleteIfExists(part);
  }

  /** What is there stays, to be gone on with. */
  @Override
  public void close() throws IOException {
    if (lock.isValid()) {
      lock.release();
    }
    channel.close();
  }
}
