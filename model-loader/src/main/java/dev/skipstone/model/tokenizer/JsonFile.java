package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skipstone.model.ModelFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads JSON files whole. */
final class JsonFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /**
   * @throws ModelFileException if the file can't be read, or is no JSON object
   */
  static JsonNode read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      JsonNode root = MAPPER.readTree(in);
      if (!root.isObject()) {
        throw new ModelFileException(file, "JSON", 0, "is not an object");
      }
      return root;
    } catch (JacksonException e) {
      JsonLocation place = e.getLocation();
      long offset = place == null ? ModelFileException.NO_OFFSET : place.getByteOffset();
      throw new ModelFileException(
          file, "JSON", offset, e.getOriginalMessage().lines().findFirst().orElse("is broken"), e);
    } catch (IOException e) {
      throw new ModelFileException(
          file, "file", ModelFileException.NO_OFFSET, "can't be read (" + e + ")", e);
    }
  }
}
