package dev.skipstone.model.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.family.TensorTable;
import dev.skipstone.model.json.JsonFile;
import dev.skipstone.model.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The weights in a folder: one safetensors file, or the shards that an index names. */
final class Checkpoint implements AutoCloseable {
  private static final String WHOLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String PLACES = "weight_map";

  /** What the text's part of a model that sees too is called, and what it is called alone. */
  private static final Map<String, String> TEXT_PARTS =
      Map.of("model.language_model.", "model.", "language_model.", "");

  /** What only images go through. */
  private static final List<String> OTHER_PARTS =
      List.of(
          "vision_tower.",
          "multi_modal_projector.",
          "model.vision_tower.",
          "model.multi_modal_projector.");

  private final List<SafetensorsFile> files;

  private Checkpoint(List<SafetensorsFile> files) {
    this.files = files;
  }

  /**
   * Opens all files and reads their headers.
   *
   * @throws ModelFileException if one is missing or broken, or has not what the index says
   */
  static Checkpoint open(Path folder) {
    Path whole = folder.resolve(WHOLE);
    Path index = folder.resolve(INDEX);
    Checkpoint checkpoint = new Checkpoint(new ArrayList<>());
    try {
      if (Files.exists(whole)) {
        checkpoint.files.add(SafetensorsFile.open(whole));
      } else if (Files.exists(index)) {
        checkpoint.openShards(folder, index);
      } else {
        throw new ModelFileException(
            folder,
            "weights",
            ModelFileException.NO_OFFSET,
            "there is no %s and no %s; other formats are not read".formatted(WHOLE, INDEX));
      }
    } catch (Throwable e) {
      checkpoint.close();
      throw e;
    }
    return checkpoint;
  }

  private void openShards(Path folder, Path index) {
    Map<String, SafetensorsFile> opened = new LinkedHashMap<>();
    JsonNode places = JsonFile.read(index).path(PLACES);
    if (!places.isObject() || places.isEmpty()) {
      throw error(index, PLACES, "is missing, or no object with a file for each tensor");
    }
    places
        .properties()
        .forEach(entry -> {
          String field = PLACES + "." + entry.getKey();
          String name = entry.getValue().asText();
          if (!entry.getValue().isTextual() || !isPlain(name)) {
            throw error(index, field, "is not the name of a file in the folder");
          }
          SafetensorsFile shard = opened.get(name);
          if (shard == null) {
            shard = SafetensorsFile.open(folder.resolve(name));
            opened.put(name, shard);
            files.add(shard);
          }
          if (shard.tensor(entry.getKey()).isEmpty()) {
            throw error(index, field, "%s does not have this tensor".formatted(name));
          }
        });
  }

  private static boolean isPlain(String name) {
    try {
      Path path = Path.of(name);
      return !name.isEmpty()
          && path.getNameCount() == 1
          && !path.isAbsolute()
          && !name.equals("..")
          && !name.equals(".");
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static ModelFileException error(Path file, String field, String problem) {
    return new ModelFileException(file, field, ModelFileException.NO_OFFSET, problem);
  }

  /** The files. */
  List<Path> files() {
    return files.stream().map(SafetensorsFile::path).toList();
  }

  /** All tensors, file after file. */
  List<Tensor> tensors() {
    return files.stream().flatMap(file -> file.tensors().stream()).toList();
  }

  /** Adds the tensors that text goes through, by the names that they have in a model of text. */
  void addTo(TensorTable table) {
    for (SafetensorsFile file : files) {
      for (Tensor tensor : file.tensors()) {
        if (OTHER_PARTS.stream().noneMatch(tensor.name()::startsWith)) {
          table.add(file.path(), textName(tensor.name()), tensor);
        }
      }
    }
  }

  private static String textName(String name) {
    for (Map.Entry<String, String> part : TEXT_PARTS.entrySet()) {
      if (name.startsWith(part.getKey())) {
        return part.getValue() + name.substring(part.getKey().length());
      }
    }
    return name;
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
