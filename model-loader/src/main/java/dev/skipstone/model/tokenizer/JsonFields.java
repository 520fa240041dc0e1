package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;

/** Checks of a JSON file's fields: every method throws {@link ModelFileException} if one fails. */
record JsonFields(Path file) {
  static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  String text(String field, JsonNode value) {
    if (!value.isTextual()) {
      throw problem(field, "is missing or not a string");
    }
    return value.textValue();
  }

  boolean flag(String field, JsonNode value, boolean missing) {
    if (absent(value)) {
      return missing;
    }
    if (!value.isBoolean()) {
      throw problem(field, "is not true or false");
    }
    return value.booleanValue();
  }

  /** An array, empty where it is missing. */
  JsonNode array(String field, JsonNode value) {
    if (!absent(value) && !value.isArray()) {
      throw problem(field, "is not an array");
    }
    return value;
  }

  void require(String field, JsonNode value, String supported) {
    if (absent(value)) {
      throw problem(field, "is missing; supported: " + supported);
    }
    if (!value.asText().equals(supported)) {
      throw unsupported(field, value, supported);
    }
  }

  /** Refuses an option that is neither missing, null, false, zero nor empty. */
  void requireOff(String field, JsonNode value) {
    boolean off =
        absent(value)
            || (value.isBoolean() && !value.booleanValue())
            || (value.isNumber() && value.doubleValue() == 0)
            || (value.isTextual() && value.textValue().isEmpty());
    if (!off) {
      throw problem(field, Quoted.text(value.toString()) + " is not supported");
    }
  }

  ModelFileException unsupported(String field, JsonNode value, String supported) {
    String text = value.isTextual() ? value.textValue() : value.toString();
    return problem(field, Quoted.text(text) + " is not supported; supported: " + supported);
  }

  ModelFileException problem(String field, String what) {
    return new ModelFileException(file, field, ModelFileException.NO_OFFSET, what);
  }
}
