package dev.skipstone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that an option names. */
final class TextFiles {
  private TextFiles() {}

  /**
   * @param option named in messages
   * @param name of a file, or {@code -} for standard input
   * @return its text, exactly
   * @throws FailedException if it can't be read, or is not UTF-8
   */
  static String read(String option, String name, InputStream in) {
    String shown = shownName(name);
    try {
      byte[] bytes;
      if (name.equals("-")) {
        bytes = in.readAllBytes();
      } else {
        Path file = ModelOptions.path(option, name);
        if (Files.isDirectory(file)) {
          throw new FailedException(shown + ": is a folder; " + option + " takes a file");
        }
        bytes = Files.readAllBytes(file);
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new FailedException(shown + ": is not UTF-8 text", e);
    } catch (IOException e) {
      throw new FailedException(Failures.describe(e), e);
    }
  }

  static String shownName(String name) {
    return name.equals("-") ? "standard input" : name;
  }
}
