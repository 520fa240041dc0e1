package dev.skipstone.model;

import java.nio.file.Path;
import java.util.Set;

/**
 * A model file (GGUF, tokenizer, adapter) that can't be used: broken, hostile, or of a kind that is
 * not supported. The message is one line for a person: the file, where in it, what is wrong, and
 * what to do where there is something to do.
 */
public final class ModelFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Offset of a problem that has no place in the file. */
  public static final long NO_OFFSET = -1;

  private static final int LONGEST_FIELD = 120;

  private static final Set<Byte> UNPRINTABLE =
      Set.of(
          Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE);

  private final transient Path file;
  private final String field;
  private final long offset;

  /**
   * What is wrong at a place in a file.
   *
   * @param file the file that was read
   * @param field the metadata key, tensor or structure that is wrong
   * @param offset byte offset in the file, or {@link #NO_OFFSET}
   * @param problem what is wrong and what to do, without a final stop
   */
  public ModelFileException(Path file, String field, long offset, String problem) {
    this(file, field, offset, problem, null);
  }

  /** As above, with the exception that was met. */
  public ModelFileException(Path file, String field, long offset, String problem, Throwable cause) {
    super(
        line(
            file
                + ": "
                + abbreviated(field)
                + (offset == NO_OFFSET ? "" : " at byte " + offset)
                + ": "
                + problem),
        cause);
    this.file = file;
    this.field = field;
    this.offset = offset;
  }

  /** The file that was read; null in a copy that was serialized. */
  public Path file() {
    return file;
  }

  /** The metadata key, tensor or structure that is wrong, in full. */
  public String field() {
    return field;
  }

  /** Byte offset in the file, or {@link #NO_OFFSET}. */
  public long offset() {
    return offset;
  }

  /** Names come from the file and may be of any length. */
  private static String abbreviated(String field) {
    return field.length() <= LONGEST_FIELD ? field : field.substring(0, LONGEST_FIELD) + "…";
  }

  /** Names come from the file and may hold line ends or commands to a terminal. */
  private static String line(String message) {
    StringBuilder line = new StringBuilder(message.length());
    message
        .codePoints()
        .map(character ->
            UNPRINTABLE.contains((byte) Character.getType(character)) ? '\uFFFD' : character)
        .forEach(line::appendCodePoint);
    return line.toString();
  }
}
