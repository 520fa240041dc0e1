package dev.skipstone.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A configuration's values by key and expected type; what is missing or of another type is an
 * error. A key that is null counts as missing, but has no default then.
 */
final class ConfigValues {
  private final Path file;
  private final String prefix;
  private final ObjectNode values;
  private final Map<String, Object> defaults;

  /**
   * @param prefix of the keys in errors
   * @param defaults Boolean, Integer or Double by key
   */
  ConfigValues(Path file, String prefix, ObjectNode values, Map<String, Object> defaults) {
    this.file = file;
    this.prefix = prefix;
    this.values = values;
    this.defaults = defaults;
  }

  ModelFileException error(String key, String problem) {
    return new ModelFileException(file, prefix + key, ModelFileException.NO_OFFSET, problem);
  }

  private ModelFileException missing(String key) {
    return error(key, "the configuration lacks this key");
  }

  boolean has(String key) {
    return values.hasNonNull(key);
  }

  /** An object in this one. */
  Optional<ConfigValues> child(String key) {
    JsonNode node = values.path(key);
    if (!has(key)) {
      return Optional.empty();
    }
    if (!(node instanceof ObjectNode object)) {
      throw error(key, "must be an object");
    }
    return Optional.of(new ConfigValues(file, prefix + key + ".", object, Map.of()));
  }

  String text(String key) {
    return optionalText(key).orElseThrow(() -> missing(key));
  }

  Optional<String> optionalText(String key) {
    if (!has(key)) {
      return values.has(key) ? Optional.empty() : Optional.ofNullable((String) defaults.get(key));
    }
    if (!values.path(key).isTextual()) {
      throw error(key, "must be a text");
    }
    return Optional.of(values.path(key).textValue());
  }

  boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return (Boolean) defaults.getOrDefault(key, otherwise);
    }
    if (!values.path(key).isBoolean()) {
      throw error(key, "must be true or false");
    }
    return values.path(key).booleanValue();
  }

  /** A whole number, 1 to 2^31 - 1. */
  int positive(String key) {
    return count(key)
        .filter(number -> number > 0)
        .orElseThrow(() -> has(key) ? error(key, "must be above 0") : missing(key));
  }

  /** As {@link #positive(String)}, with a value for a key that is missing. */
  int positiveOr(String key, int otherwise) {
    int number = count(key).orElse(otherwise);
    if (number == 0) {
      throw error(key, "must be above 0");
    }
    return number;
  }

  /** A whole number, 0 to 2^31 - 1; empty where the key is missing. */
  Optional<Integer> count(String key) {
    return number(key)
        .map(number -> {
          double value = number.doubleValue();
          if (value < 0 || value > Integer.MAX_VALUE || value != Math.rint(value)) {
            throw error(key, number + " is no whole number from 0 to " + Integer.MAX_VALUE);
          }
          return (int) value;
        });
  }

  /** A finite number above 0; empty where the key is missing. */
  Optional<Float> positiveReal(String key) {
    return number(key)
        .map(number -> {
          float value = number.floatValue();
          if (!(value > 0) || !Float.isFinite(value)) {
            throw error(key, number + " is not above 0");
          }
          return value;
        });
  }

  private Optional<Number> number(String key) {
    if (!has(key)) {
      return values.has(key) ? Optional.empty() : Optional.ofNullable((Number) defaults.get(key));
    }
    if (!values.path(key).isNumber()) {
      throw error(key, "must be a number");
    }
    return Optional.of(values.path(key).numberValue());
  }

  /** Numbers above 0, exactly so many. */
  List<Float> reals(String key, int count) {
    return list(
        key,
        count,
        count,
        node -> {
          float value = node.floatValue();
          if (!node.isNumber() || !(value > 0) || !Float.isFinite(value)) {
            throw error(key, node + " is no number above 0");
          }
          return value;
        });
  }

  /** A list of at least so many texts. */
  List<String> texts(String key, int least) {
    return list(
        key,
        least,
        Integer.MAX_VALUE,
        node -> {
          if (!node.isTextual()) {
            throw error(key, node + " is no text");
          }
          return node.textValue();
        });
  }

  /** A list of at least so many numbers or booleans, as conditions: 0 is false. */
  List<Boolean> flags(String key, int least) {
    return list(
        key,
        least,
        Integer.MAX_VALUE,
        node -> {
          if (!node.isNumber() && !node.isBoolean()) {
            throw error(key, node + " is neither a number nor true or false");
          }
          return node.isBoolean() ? node.booleanValue() : node.intValue() != 0;
        });
  }

  private <T> List<T> list(String key, int least, int most, Function<JsonNode, T> element) {
    JsonNode list = values.path(key);
    if (!list.isArray() || list.size() < least || list.size() > most) {
      throw error(key, "must be a list of %d values".formatted(least));
    }
    List<T> elements = new ArrayList<>();
    list.forEach(node -> elements.add(element.apply(node)));
    return elements;
  }
}
