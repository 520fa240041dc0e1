package dev.skipstone.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.json.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in a folder as Hugging Face lays it out, whatever model it is: the configuration and the
 * weights' headers.
 */
public final class HuggingFaceFolder implements AutoCloseable {
  static final String CONFIG = "config.json";

  private final Path path;
  private final ObjectNode config;
  private final Checkpoint checkpoint;

  private HuggingFaceFolder(Path path, ObjectNode config, Checkpoint checkpoint) {
    this.path = path;
    this.config = config;
    this.checkpoint = checkpoint;
  }

  /**
   * Opens a folder with {@code config.json} and {@code model.safetensors}, or its shards with their
   * index.
   *
   * @throws ModelFileException if a file is missing or broken
   */
  public static HuggingFaceFolder open(Path path) {
    ObjectNode config = JsonFile.read(path.resolve(CONFIG));
    return new HuggingFaceFolder(path, config, Checkpoint.open(path));
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  ObjectNode config() {
    return config;
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  /** All tensors, of whatever types, file after file. */
  public List<Tensor> tensors() {
    return checkpoint.tensors();
  }

  /** The configuration; keys of objects in it stand behind theirs and a dot. */
  public Map<String, Object> metadata() {
    Map<String, Object> flat = new LinkedHashMap<>();
    flatten("", config, flat);
    return Collections.unmodifiableMap(flat);
  }

  private static void flatten(String prefix, ObjectNode object, Map<String, Object> target) {
    object
        .properties()
        .forEach(entry -> {
          String key = prefix + entry.getKey();
          if (entry.getValue() instanceof ObjectNode nested) {
            flatten(key + ".", nested, target);
          } else if (!entry.getValue().isNull()) {
            target.put(key, value(entry.getValue()));
          }
        });
  }

  private static Object value(JsonNode node) {
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(element -> list.add(value(element)));
      return list;
    }
    if (node.isNumber()) {
      return node.numberValue();
    }
    return node.isBoolean() ? (Object) node.booleanValue() : node.asText();
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
