package dev.skipstone.model.mapped;

import dev.skipstone.model.ModelFileException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** An open file that is expected to stay as it was when it was opened. */
public final class WatchedChannel implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final BasicFileAttributes opened;

  private WatchedChannel(Path file, FileChannel channel, BasicFileAttributes opened) {
    this.file = file;
    this.channel = channel;
    this.opened = opened;
  }

  /**
   * Opens a file.
   *
   * @throws ModelFileException if it is no regular file that can be read
   */
  public static WatchedChannel open(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        // Opening a pipe would wait for a writer.
        String what = attributes.isDirectory() ? "is a directory" : "is no regular file";
        throw wholeFile(file, what, null);
      }
      return new WatchedChannel(file, FileChannel.open(file, StandardOpenOption.READ), attributes);
    } catch (NoSuchFileException e) {
      throw wholeFile(file, "does not exist", e);
    } catch (AccessDeniedException e) {
      throw wholeFile(file, "there is no permission to read it", e);
    } catch (IOException e) {
      throw wholeFile(file, "can't be opened: " + e.getMessage(), e);
    }
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** To read with; not to be closed. */
  public FileChannel channel() {
    return channel;
  }

  /** Bytes of the file when it was opened. */
  public long size() {
    return opened.size();
  }

  /**
   * Maps a part of the file, read-only.
   *
   * @param arena whose closing ends the mapping
   * @param field what errors name
   * @throws ModelFileException if the file was closed or changed since it was opened
   */
  public MemorySegment map(Arena arena, long offset, long bytes, String field) {
    try {
      if (channel.size() != opened.size() || rewritten()) {
        throw changed(field, offset, null);
      }
      return channel.map(MapMode.READ_ONLY, offset, bytes, arena);
    } catch (ClosedChannelException e) {
      throw new ModelFileException(file, field, offset, "the file was closed", e);
    } catch (IOException e) {
      throw new ModelFileException(file, field, offset, "can't be mapped: " + e.getMessage(), e);
    }
  }

  /** What to throw where a read shows that the file is not what was opened. */
  public ModelFileException changed(String field, long offset, Throwable cause) {
    return new ModelFileException(
        file, field, offset, "the file was changed since it was opened", cause);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw wholeFile(file, "can't be closed: " + e.getMessage(), e);
    }
  }

  /** Whether the file was written to. One that was replaced or deleted is still there for us. */
  private boolean rewritten() {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return Objects.equals(now.fileKey(), opened.fileKey())
          && !now.lastModifiedTime().equals(opened.lastModifiedTime());
    } catch (IOException e) {
      return false;
    }
  }

  private static ModelFileException wholeFile(Path file, String problem, Throwable cause) {
    return new ModelFileException(file, "file", ModelFileException.NO_OFFSET, problem, cause);
  }
}
