package dev.skipstone.model.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a JSON object from a file of its own. */
public final class JsonFile {
  /** No configuration, index or tokenizer is longer, by far. */
  private static final long LONGEST = 256 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /**
   * Reads a file whole.
   *
   * @throws ModelFileException if the file is missing, too long, or no JSON object
   */
  public static ObjectNode read(Path file) {
    try {
      if (Files.size(file) > LONGEST) {
        throw error(file, "file", "%d bytes are too many".formatted(Files.size(file)), null);
      }
      return object(file, "JSON", MAPPER.readTree(Files.readAllBytes(file)));
    } catch (JacksonException e) {
      JsonLocation place = e.getLocation();
      long offset = place == null ? ModelFileException.NO_OFFSET : place.getByteOffset();
      throw new ModelFileException(file, "JSON", offset, problem(e), e);
    } catch (NoSuchFileException e) {
      throw error(file, "file", "does not exist", e);
    } catch (IOException e) {
      throw error(file, "file", "can't be read (" + e + ")", e);
    }
  }

  /**
   * Reads an object that is a text in another file.
   *
   * @param file that has it, for errors
   * @param field where it is there
   * @throws ModelFileException if the text is no JSON object
   */
  public static ObjectNode parse(Path file, String field, String text) {
    try {
      return object(file, field, MAPPER.readTree(text));
    } catch (JacksonException e) {
      throw error(file, field, problem(e), e);
    }
  }

  private static ObjectNode object(Path file, String field, JsonNode root) {
    if (root instanceof ObjectNode object) {
      return object;
    }
    throw error(file, field, "is no object", null);
  }

  private static String problem(JacksonException e) {
    String message = e.getOriginalMessage().lines().findFirst().orElse("is broken");
    // Where an object began is told of a source that Jackson does not show.
    return message.replaceFirst(" \\(start marker.*", "");
  }

  private static ModelFileException error(
      Path file, String field, String problem, Throwable cause) {
    return new ModelFileException(file, field, ModelFileException.NO_OFFSET, problem, cause);
  }
}
