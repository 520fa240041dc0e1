package dev.skipstone.model.gguf;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the metadata of a header. */
final class MetadataReader {
  /** A key's length, its type and the shortest value. */
  static final int LEAST_ENTRY_BYTES = Long.BYTES + Integer.BYTES + 1;

  private static final int DEEPEST_NESTING = 8;

  /** Lists grow beyond this only by what was really read. */
  private static final int FIRST_CAPACITY = 1 << 12;

  private final Path file;
  private final HeaderReader in;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, GgufHeader.Place> places = new LinkedHashMap<>();

  MetadataReader(Path file, HeaderReader in) {
    this.file = file;
    this.in = in;
  }

  void read(int count) {
    for (int i = 0; i < count; i++) {
      long keyOffset = in.position();
      String key = in.string("metadata key " + (i + 1) + " of " + count);
      if (key.isEmpty()) {
        throw new ModelFileException(file, "metadata key " + (i + 1), keyOffset, "is empty");
      }
      long typeOffset = in.position();
      ValueType type = type(in.int32(key), key, typeOffset);
      long valueOffset = in.position();
      Object value = value(type, key, 0);
      if (values.put(key, value) != null) {
        throw new ModelFileException(file, key, keyOffset, "the metadata has this key twice");
      }
      places.put(key, new GgufHeader.Place(keyOffset, valueOffset, in.position()));
    }
  }

  /** Keys and values, in the file's order. */
  Map<String, Object> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Keys, and where their values are. */
  Map<String, GgufHeader.Place> places() {
    return Collections.unmodifiableMap(places);
  }

  private ValueType type(int id, String key, long offset) {
    ValueType type = ValueType.of(id);
    if (type == null) {
      throw new ModelFileException(
          file, key, offset, "there is no metadata type " + Integer.toUnsignedString(id));
    }
    return type;
  }

  private Object value(ValueType type, String key, int depth) {
    return switch (type) {
      case STRING -> in.string(key);
      case ARRAY -> array(key, depth + 1);
      default -> {
        long offset = in.position();
        yield checked(type, in.bytes(type.leastBytes(), key), key, offset).get(0);
      }
    };
  }

  private List<?> array(String key, int depth) {
    long offset = in.position();
    if (depth > DEEPEST_NESTING) {
      throw new ModelFileException(
          file, key, offset, "arrays are nested more than " + DEEPEST_NESTING + " deep");
    }
    ValueType element = type(in.int32(key), key, offset);
    int count = in.count(element.leastBytes(), key, "elements");
    if (element.fixedSize()) {
      long start = in.position();
      return checked(element, in.bytes((long) count * element.leastBytes(), key), key, start);
    }
    List<Object> elements = new ArrayList<>(Math.min(count, FIRST_CAPACITY));
    for (int i = 0; i < count; i++) {
      elements.add(value(element, key, depth));
    }
    return Collections.unmodifiableList(elements);
  }

  private List<Object> checked(ValueType type, byte[] bytes, String key, long offset) {
    if (type == ValueType.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] != 0 && bytes[i] != 1) {
          throw new ModelFileException(
              file, key, offset + i, "a truth value is 0 or 1, not " + (bytes[i] & 0xff));
        }
      }
    }
    return new PackedList(type, bytes);
  }
}
