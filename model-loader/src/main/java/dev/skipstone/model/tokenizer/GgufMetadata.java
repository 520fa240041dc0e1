package dev.skipstone.model.tokenizer;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Metadata with its types checked: every method throws {@link ModelFileException} for a value of
 * another type.
 */
record GgufMetadata(Path file, Map<String, Object> values) {
  String string(String key) {
    if (required(key) instanceof String text) {
      return text;
    }
    throw problem(key, "is not a string");
  }

  List<?> list(String key) {
    if (required(key) instanceof List<?> list) {
      return list;
    }
    throw problem(key, "is not an array");
  }

  String string(String key, List<?> list, int at) {
    if (list.get(at) instanceof String text) {
      return text;
    }
    throw problem(key, "value " + at + " is not a string");
  }

  /**
   * @param missing the value where the key is missing
   */
  boolean flag(String key, boolean missing) {
    Object value = values.getOrDefault(key, missing);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw problem(key, "is not true or false");
  }

  /** A token id; empty where the key is missing. */
  OptionalInt id(String key, int vocabularySize) {
    Object value = values.get(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (!(value instanceof Number number) || !whole(number)) {
      throw problem(key, "is not a whole number");
    }
    long id = number.longValue();
    if (id < 0 || id >= vocabularySize) {
      throw problem(key, id + " is not in the vocabulary of " + vocabularySize + " tokens");
    }
    return OptionalInt.of((int) id);
  }

  static boolean whole(Number number) {
    return !(number instanceof Float) && !(number instanceof Double);
  }

  ModelFileException problem(String key, String what) {
    return new ModelFileException(file, key, ModelFileException.NO_OFFSET, what);
  }

  private Object required(String key) {
    Object value = values.get(key);
    if (value == null) {
      throw problem(key, "is missing");
    }
    return value;
  }
}
