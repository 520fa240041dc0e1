package dev.skipstone.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skipstone.model.Tensor;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is to be told of a model's file or folder.
 *
 * @param path of it
 * @param bytes of its files
 * @param format of its files
 * @param metadata as they have it
 * @param tensors in their order
 * @param model null where the file is no model that is known
 * @param problem why it does not run here; null where it does
 */
record Inspection(
    Path path,
    long bytes,
    String format,
    Map<String, Object> metadata,
    List<Tensor> tensors,
    ModelInspection model,
    String problem) {

  /** Values of a list that text shows. */
  private static final int SHOWN_ITEMS = 4;

  /** Characters of a value that text shows. */
  private static final int SHOWN_CHARACTERS = 100;

  void writeTo(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("file", path.toString());
    json.writeNumberField("file_bytes", bytes);
    json.writeStringField("format", format);
    TensorTypes.of(tensors).writeTo(json);
    if (problem != null) {
      json.writeStringField("problem", problem);
    }
    if (model != null) {
      model.writeTo(json);
    }
    json.writeFieldName("metadata");
    JsonOutput.value(json, metadata);
    json.writeArrayFieldStart("tensors");
    for (Tensor tensor : tensors) {
      write(json, tensor);
    }
    json.writeEndArray();
    if (model == null) {
      json.writeNullField("memory");
    } else {
      model.writeMemory(json);
    }
    json.writeEndObject();
  }

  static void write(JsonGenerator json, Tensor tensor) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", tensor.name());
    json.writeStringField("type", tensor.typeName());
    json.writeFieldName("shape");
    JsonOutput.value(json, tensor.shape());
    if (tensor.byteSize() != Tensor.UNKNOWN_SIZE) {
      json.writeNumberField("bytes", tensor.byteSize());
    }
    json.writeNumberField("offset", tensor.offset());
    json.writeEndObject();
  }

  /** The one tensor whose values were written to a file. */
  static void write(JsonGenerator json, Tensor tensor, Path raw) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("tensors");
    write(json, tensor);
    json.writeEndArray();
    json.writeStringField("raw", raw.toString());
    json.writeEndObject();
  }

  void print(Writer out) throws IOException {
    line(out, "file", path + ", " + Figures.bytes(bytes) + ", " + format);
    line(out, "types", TensorTypes.of(tensors).toString());
    if (model == null) {
      line(out, "problem", "does not run here: " + problem);
    } else {
      model.print(out);
    }
    out.write("\nmetadata\n");
    for (Map.Entry<String, Object> entry : metadata.entrySet()) {
      out.write(Figures.format("  %-42s %s%n", shown(entry.getKey()), shown(entry.getValue())));
    }
    out.write("\ntensors\n");
    for (Tensor tensor : tensors) {
      print(out, tensor);
    }
  }

  /** One line of a list of tensors. */
  static void print(Writer out, Tensor tensor) throws IOException {
    String shape = tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(" x "));
    String bytes =
        tensor.byteSize() == Tensor.UNKNOWN_SIZE ? "?" : Figures.bytes(tensor.byteSize());
    out.write(
        Figures.format(
            "  %-32s %-8s %-16s %12s%n", shown(tensor.name()), tensor.typeName(), shape, bytes));
  }

  static void line(Writer out, String name, String value) throws IOException {
    out.write(Figures.format("%-9s%s%n", name, value));
  }

  /** Line ends and commands to a terminal, written out: the text comes from the file. */
  static String printable(String text) {
    return text.codePoints()
        .mapToObj(c ->
            switch (c) {
              case '\n' -> "\\n";
              case '\r' -> "\\r";
              default -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : Character.toString(c);
            })
        .collect(Collectors.joining());
  }

  /** A value on one line, abbreviated. */
  static String shown(Object value) {
    if (value instanceof List<?> list) {
      String items =
          list.stream().limit(SHOWN_ITEMS).map(Inspection::shown).collect(Collectors.joining(", "));
      String rest = list.size() > SHOWN_ITEMS ? ", ..." : "";
      return Figures.count(list.size(), "value") + ": [" + items + rest + "]";
    }
    String text = printable(String.valueOf(value));
    return text.length() <= SHOWN_CHARACTERS
        ? text
        : text.substring(0, SHOWN_CHARACTERS) + "... (" + text.length() + " characters)";
  }
}
