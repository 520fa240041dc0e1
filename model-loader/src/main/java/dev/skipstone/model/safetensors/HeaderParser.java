package dev.skipstone.model.safetensors;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.mapped.WatchedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and checks a file's header. */
final class HeaderParser {
  /** No header is longer, as in the format's own reader. */
  private static final long LONGEST_HEADER = 100_000_000;

  static final String METADATA = "__metadata__";
  private static final String LENGTH = "header length";

  /** "version ", how a Git LFS pointer starts. */
  private static final long LFS_POINTER = 0x206e6f6973726576L;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final WatchedChannel file;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Long> metadataOffsets = new LinkedHashMap<>();
  private final List<TensorEntry> tensors = new ArrayList<>();
  private JsonParser parser;

  HeaderParser(WatchedChannel file) {
    this.file = file;
  }

  SafetensorsHeader parse() {
    int length = length();
    byte[] header = read(Long.BYTES, length, "header");
    try (JsonParser json = JSON.createParser(header)) {
      parser = json;
      parseHeader();
    } catch (JacksonException e) {
      JsonLocation place = e.getLocation();
      long offset = Long.BYTES + (place == null ? 0 : Math.max(0, place.getByteOffset()));
      throw error("header", offset, firstLine(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw error("header", Long.BYTES, "is no JSON text: " + firstLine(e.getMessage()), e);
    }
    long dataOffset = Long.BYTES + (long) length;
    new Placement(file.file(), tensors).check(file.size() - dataOffset);
    return new SafetensorsHeader(
        Collections.unmodifiableMap(metadata), metadataOffsets, List.copyOf(tensors), dataOffset);
  }

  private static String firstLine(String message) {
    return message == null ? "is broken" : message.lines().findFirst().orElse("is broken");
  }

  private int length() {
    if (file.size() < Long.BYTES) {
      throw error(LENGTH, 0, "the file has only %d bytes".formatted(file.size()), null);
    }
    ByteBuffer bytes = ByteBuffer.wrap(read(0, Long.BYTES, LENGTH)).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.getLong(0);
    if (length == LFS_POINTER) {
      throw error(LENGTH, 0, "this is a Git LFS pointer, not the file: run git lfs pull", null);
    }
    long most = Math.min(file.size() - Long.BYTES, LONGEST_HEADER);
    if (length < 2 || length > most) {
      throw error(
          LENGTH,
          0,
          "%s is not in 2 to %d, so that this is no safetensors file or was cut"
              .formatted(Long.toUnsignedString(length), most),
          null);
    }
    return (int) length;
  }

  private byte[] read(long position, int count, String field) {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    try {
      while (buffer.hasRemaining()) {
        if (file.channel().read(buffer, position + buffer.position()) < 0) {
          throw file.changed(field, position, null);
        }
      }
    } catch (IOException e) {
      throw error(field, position, "can't be read: " + e.getMessage(), e);
    }
    return buffer.array();
  }

  private void parseHeader() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw error("header", Long.BYTES, "is no JSON object", null);
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      long place = place();
      parser.nextToken();
      if (name.equals(METADATA)) {
        parseMetadata();
      } else {
        tensors.add(parseTensor(name, place));
      }
    }
    if (parser.nextToken() != null) {
      throw error("header", place(), "goes on behind its end", null);
    }
  }

  private void parseMetadata() throws IOException {
    require(JsonToken.START_OBJECT, METADATA, "an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      require(JsonToken.VALUE_STRING, METADATA + "." + key, "a text");
      metadata.put(key, parser.getText());
      metadataOffsets.put(key, place());
    }
  }

  private TensorEntry parseTensor(String name, long place) throws IOException {
    String field = "tensor " + name;
    require(JsonToken.START_OBJECT, field, "an object");
    String type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> {
          require(JsonToken.VALUE_STRING, field + ".dtype", "a text");
          type = parser.getText();
        }
        case "shape" -> shape = numbers(field + ".shape");
        case "data_offsets" -> offsets = numbers(field + ".data_offsets");
        default -> throw error(field, place(), "has a field that the format lacks: " + key, null);
      }
    }
    if (type == null || shape == null || offsets == null || offsets.size() != 2) {
      throw error(field, place, "needs a dtype, a shape and two data_offsets", null);
    }
    return new TensorEntry(
        name, DataType.of(type), List.copyOf(shape), offsets.get(0), offsets.get(1), place);
  }

  private List<Long> numbers(String field) throws IOException {
    require(JsonToken.START_ARRAY, field, "a list of whole numbers");
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(JsonToken.VALUE_NUMBER_INT, field, "a list of whole numbers");
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  private void require(JsonToken token, String field, String what) {
    if (parser.currentToken() != token) {
      throw error(field, place(), "is not " + what, null);
    }
  }

  private long place() {
    return Long.BYTES + Math.max(0, parser.currentTokenLocation().getByteOffset());
  }

  private ModelFileException error(String field, long offset, String problem, Throwable cause) {
    return new ModelFileException(file.file(), field, offset, problem, cause);
  }
}
