package dev.skipstone.model.gguf;

import dev.skipstone.model.ModelFileException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Metadata by key and expected type; what is missing or of another type is an error. */
final class MetadataValues {
  private final GgufFile file;

  MetadataValues(GgufFile file) {
    this.file = file;
  }

  boolean has(String key) {
    return file.metadata().containsKey(key);
  }

  /** Null where the key is missing. */
  Object value(String key) {
    return file.metadata().get(key);
  }

  ModelFileException error(String key, String problem) {
    return new ModelFileException(file.path(), key, file.metadataOffset(key), problem);
  }

  String text(String key) {
    return optionalText(key).orElseThrow(() -> missing(key));
  }

  Optional<String> optionalText(String key) {
    Object value = file.metadata().get(key);
    if (value == null || value instanceof String) {
      return Optional.ofNullable((String) value);
    }
    throw error(key, "must be a text");
  }

  /** A whole number, 1 to 2^31 - 1. */
  int positive(String key) {
    OptionalInt value = count(key);
    if (value.isEmpty()) {
      throw missing(key);
    }
    return positive(key, value.getAsInt());
  }

  /** As {@link #positive(String)}, with a value for a key that is missing. */
  int positiveOr(String key, int otherwise) {
    return positive(key, count(key).orElse(otherwise));
  }

  /** A whole number, 0 to 2^31 - 1; empty where the key is missing. */
  OptionalInt count(String key) {
    Object value = file.metadata().get(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (value instanceof List) {
      throw error(key, "a value for each layer is not supported");
    }
    if (value instanceof Integer || value instanceof Long) {
      long number = ((Number) value).longValue();
      if (number >= 0 && number <= Integer.MAX_VALUE) {
        return OptionalInt.of((int) number);
      }
    } else if (!(value instanceof BigInteger)) {
      throw error(key, "must be a whole number");
    }
    throw error(key, value + " is out of range");
  }

  /** A finite number above 0. */
  float positiveReal(String key) {
    Float value = real(key).orElseThrow(() -> missing(key));
    if (!(value > 0)) {
      throw error(key, value + " is not above 0");
    }
    return value;
  }

  /** A finite number; empty where the key is missing. */
  Optional<Float> real(String key) {
    Object value = file.metadata().get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof Number number)) {
      throw error(key, "must be a number");
    }
    if (!Float.isFinite(number.floatValue())) {
      throw error(key, value + " is not finite");
    }
    return Optional.of(number.floatValue());
  }

  private int positive(String key, int value) {
    if (value == 0) {
      throw error(key, "must be above 0");
    }
    return value;
  }

  private ModelFileException missing(String key) {
    return error(key, "the metadata lacks this key");
  }
}
