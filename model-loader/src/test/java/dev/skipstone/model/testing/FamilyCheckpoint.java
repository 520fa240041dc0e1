package dev.skipstone.model.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A tiny checkpoint of a family: its configuration and expected results are stored, its weights are
 * computed from the tensors' places in the order of their names, as {@code families/make.py} does.
 *
 * @param name of the stored results
 * @param json configuration, shapes of tensors, tokens, logits and greedy tokens
 */
public record FamilyCheckpoint(String name, JsonNode json) {
  private static final Path FOLDER = Path.of("../model-loader/src/test/resources/families");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A tensor as it is in the checkpoint. */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  public record Weights(float[] values, long[] shape) {}

  /** All that are stored. */
  public static List<FamilyCheckpoint> all() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(file -> read(file.getFileName().toString().replace(".json", "")))
          .toList();
    }
  }

  /** One of those that are stored. */
  public static FamilyCheckpoint read(String name) {
    try {
      return new FamilyCheckpoint(name, JSON.readTree(FOLDER.resolve(name + ".json").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * With another value in its configuration.
   *
   * @param path of the key, divided by slashes
   * @param value as JSON, or a text without its quotation marks
   */
  public FamilyCheckpoint with(String path, String value) throws IOException {
    ObjectNode copy = json.deepCopy();
    ObjectNode object = (ObjectNode) copy.get("config");
    String[] keys = path.split("/", -1);
    for (int i = 0; i + 1 < keys.length; i++) {
      object = (ObjectNode) object.get(keys[i]);
    }
    String text =
        value.matches("[a-z_]+") && !value.matches("true|false|null") ? '"' + value + '"' : value;
    object.set(keys[keys.length - 1], JSON.readTree(text));
    // Where the key stands twice, the one in rope_parameters counts.
    if (copy.get("config").get("rope_parameters") instanceof ObjectNode rope && rope.has(path)) {
      rope.set(path, JSON.readTree(text));
    }
    return new FamilyCheckpoint(name, copy);
  }

  /** The configuration's {@code model_type}. */
  public String type() {
    return json.get("config").get("model_type").asText();
  }

  /** The tokens that results are stored for. */
  public int[] tokens() {
    return StreamSupport.stream(json.get("tokens").spliterator(), false)
        .mapToInt(JsonNode::intValue)
        .toArray();
  }

  /** All tensors, in the order of their names. */
  public Map<String, Weights> tensors() {
    Map<String, JsonNode> sorted = new TreeMap<>();
    json.get("tensors").properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    Map<String, Weights> tensors = new LinkedHashMap<>();
    sorted.forEach((tensor, dimensions) -> {
      long[] shape = new long[dimensions.size()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = dimensions.get(i).asLong();
      }
      tensors.put(tensor, new Weights(values(tensors.size(), tensor, shape), shape));
    });
    return tensors;
  }

  private float[] values(int index, String tensor, long[] shape) {
    long columns = shape[shape.length - 1];
    float[] values = new float[Math.toIntExact(shape.length == 1 ? columns : shape[0] * columns)];
    boolean norm = tensor.contains("norm");
    float scale;
    if (norm) {
      scale = 0.25f;
    } else if (tensor.endsWith("bias")) {
      scale = 0.5f;
    } else {
      double gain = tensor.contains("embed_tokens") ? 1 : tensor.contains("lm_head") ? 2.5 : 2;
      scale = (float) (gain / Math.sqrt((double) columns));
    }
    float middle = norm && !type().startsWith("gemma") ? 1 : 0;
    for (int i = 0; i < values.length; i++) {
      float unit = (hash(i * 0x9E3779B1 + index * 0x85EBCA77) >>> 8) / (float) (1 << 23) - 1;
      float value = scale * unit + middle;
      values[i] = Float.float16ToFloat(Float.floatToFloat16(value));
    }
    return values;
  }

  private static int hash(int seed) {
    int h = seed;
    h ^= h >>> 15;
    h *= 0x2C1B3C6D;
    h ^= h >>> 12;
    h *= 0x297A2D39;
    h ^= h >>> 15;
    return h;
  }

  /** Writes the folder with one file of weights. */
  public Path write(Path folder) throws IOException {
    writeConfig(folder);
    write(folder.resolve("model.safetensors"), tensors());
    return folder;
  }

  /** Writes the folder with its weights in shards. */
  public Path writeShards(Path folder, int shards) throws IOException {
    writeConfig(folder);
    ObjectNode index = JSON.createObjectNode();
    ObjectNode places = index.putObject("weight_map");
    for (int i = 0; i < shards; i++) {
      String file = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards);
      Map<String, Weights> part = new LinkedHashMap<>();
      for (Map.Entry<String, Weights> tensor : tensors().entrySet()) {
        if (Math.floorMod(tensor.getKey().hashCode(), shards) == i) {
          part.put(tensor.getKey(), tensor.getValue());
          places.put(tensor.getKey(), file);
        }
      }
      write(folder.resolve(file), part);
    }
    JSON.writeValue(folder.resolve("model.safetensors.index.json").toFile(), index);
    return folder;
  }

  private void writeConfig(Path folder) throws IOException {
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve("config.json").toFile(), json.get("config"));
  }

  private static void write(Path file, Map<String, Weights> tensors) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(
        (name, tensor) -> writer.tensor(name, TensorType.F16, tensor.values(), tensor.shape()));
    writer.write(file);
  }

  @Override
  public String toString() {
    return name;
  }
}
