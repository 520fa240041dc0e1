package dev.skipstone.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;

/** A file that is written whole or not at all: what was there before stays until the end. */
final class WholeFile {
  private final Path target;

  /** What a file is to hold. */
  @FunctionalInterface
  interface Content {
    /** Fills a new, empty file. */
    void writeTo(Path file) throws IOException;
  }

  /**
   * Checks that a file can be made there, before it takes any time to fill it.
   *
   * @param option named in messages
   * @throws FailedException if it can't
   */
  WholeFile(String option, Path target) {
    this.target = target;
    if (Files.isDirectory(target)) {
      throw new FailedException(target + ": is a folder; " + option + " takes a file");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new FailedException(target + ": is no regular file; " + option + " takes a file");
    }
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new FailedException(target + ": can't be written: there is no folder " + folder);
    }
  }

  Path path() {
    return target;
  }

  /**
   * Writes content to a new file and puts that in the target's place.
   *
   * @throws FailedException if it can't be written
   */
  void write(Content content) {
    try {
      replace(content);
    } catch (AccessDeniedException e) {
      throw new FailedException(target + ": can't be written: not permitted", e);
    } catch (FileSystemException e) {
      throw new FailedException(target + ": can't be written: " + e.getReason(), e);
    } catch (IOException e) {
      throw new FailedException(target + ": can't be written: " + Failures.describe(e), e);
    } catch (UncheckedIOException e) {
      throw new FailedException(
          target + ": can't be written: " + Failures.describe(e.getCause()), e);
    }
  }

  private void replace(Content content) throws IOException {
    // Where the target is a link, the file that it leads to is replaced.
    Path file = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    // Not a temporary file of the JDK's: only its owner may read that.
    Path part = file.resolveSibling(".skipstone-%x.part".formatted(new SecureRandom().nextLong()));
    Files.createFile(part);
    try {
      content.writeTo(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
