package dev.skipstone.cli;

import dev.skipstone.benchmarks.DifferentOutputException;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.hub.HubException;
import dev.skipstone.runtime.pass.DeviceException;
import dev.skipstone.runtime.pass.InsufficientMemoryException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What a person is told about an exception. */
final class Failures {
  private Failures() {}

  static String describe(Throwable e) {
    return switch (e) {
      case ModelFileException known -> known.getMessage();
      case HubException known -> known.getMessage();
      case InsufficientMemoryException known -> known.getMessage();
      case DeviceException known -> known.getMessage();
      case FailedException known -> known.getMessage();
      case DifferentOutputException known ->
          "drafting changed an answer, please report it: " + known.getMessage();
      case OutputException known -> known.getMessage();
      case IllegalArgumentException known when known.getMessage() != null -> known.getMessage();
      case IOException io -> describe(io);
      case OutOfMemoryError memory ->
          "out of memory (%s): a smaller --context takes less, and SKIPSTONE_JAVA_OPTS=-Xmx2g allows more"
              .formatted(memory.getMessage());
      default ->
          "unexpected %s: %s; --verbose shows where, please report it"
              .formatted(e.getClass().getSimpleName(), e.getMessage());
    };
  }

  private static String describe(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + ": no such file";
      case AccessDeniedException denied -> denied.getFile() + ": not permitted";
      case FileSystemException file ->
          file.getFile() + ": " + (file.getReason() == null ? "can't be used" : file.getReason());
      case CharacterCodingException coding -> "text is not UTF-8: " + coding.getMessage();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
