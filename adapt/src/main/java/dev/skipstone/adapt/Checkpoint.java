package dev.skipstone.adapt;

import dev.skipstone.adapt.layer.Parameters;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.safetensors.SafetensorsFile;
import dev.skipstone.model.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A training's state in a safetensors file: parameters, the optimizer's averages and those of the
 * acceptance in float32, and the steps done, from which all random numbers follow.
 *
 * @param model fingerprint
 * @param settings of the training, as a text: other ones can't go on from here
 */
record Checkpoint(
    String model,
    String settings,
    Parameters parameters,
    AdamW optimizer,
    AcceptanceEstimate acceptance,
    AcceptanceEstimate riding) {
  private static final String FORMAT = "skipstone.training-checkpoint";
  private static final String VERSION = "1";

  void write(Path file, int step) throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", FORMAT)
            .metadata("version", VERSION)
            .metadata("model", model)
            .metadata("settings", settings)
            .metadata("step", Integer.toString(step));
    add(writer, "parameters", parameters.values());
    add(writer, "adam.first", optimizer.first());
    add(writer, "adam.second", optimizer.second());
    add(writer, "acceptance", averages());
    writer.write(file);
  }

  private float[] averages() {
    float[] all =
        Arrays.copyOf(acceptance.rates(), acceptance.rates().length + riding.rates().length);
    System.arraycopy(riding.rates(), 0, all, acceptance.rates().length, riding.rates().length);
    return all;
  }

  private static void add(SafetensorsWriter writer, String name, float[] values) {
    writer.tensor(name, TensorType.F32, values, values.length);
  }

  /**
   * Reads a state into where this one is.
   *
   * @return the steps done
   */
  int read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      expect(file, "format", FORMAT, "this is no checkpoint of a training");
      expect(file, "version", VERSION, "this version of Skipstone does not read it");
      expect(file, "model", model, "it is of another model");
      expect(
          file,
          "settings",
          settings,
          "it is of a training with other settings: give those again, or remove the file to begin anew");
      int step = step(file);
      Tensor[] tensors = {
        tensor(file, "parameters", parameters.size()),
        tensor(file, "adam.first", parameters.size()),
        tensor(file, "adam.second", parameters.size()),
        tensor(file, "acceptance", averages().length)
      };
      read(tensors[0], parameters.values());
      read(tensors[1], optimizer.first());
      read(tensors[2], optimizer.second());
      float[] averages = averages();
      read(tensors[3], averages);
      int drafts = acceptance.rates().length;
      System.arraycopy(averages, 0, acceptance.rates(), 0, drafts);
      System.arraycopy(averages, drafts, riding.rates(), 0, riding.rates().length);
      return step;
    }
  }

  private static void expect(SafetensorsFile file, String key, String value, String otherwise) {
    String found = file.metadata().get(key);
    if (!value.equals(found)) {
      throw new ModelFileException(
          file.path(), key, file.metadataOffset(key), "is not what is expected: " + otherwise);
    }
  }

  private static int step(SafetensorsFile file) {
    String text = file.metadata().getOrDefault("step", "");
    if (!text.matches("\\d{1,9}")) {
      throw new ModelFileException(
          file.path(), "step", file.metadataOffset("step"), "is '%s', no number".formatted(text));
    }
    return Integer.parseInt(text);
  }

  private static Tensor tensor(SafetensorsFile file, String name, int size) {
    Tensor tensor =
        file.tensor(name)
            .orElseThrow(() ->
                new ModelFileException(
                    file.path(), name, ModelFileException.NO_OFFSET, "is missing"));
    if (tensor.type() != TensorType.F32 || tensor.rows() * tensor.columns() != size) {
      throw new ModelFileException(
          file.path(), name, tensor.offset(), "is no float32 tensor of %d values".formatted(size));
    }
    return tensor;
  }

  private static void read(Tensor tensor, float[] target) {
    int[] next = {0};
    tensor.forEachValue((values, count) -> {
      System.arraycopy(values, 0, target, next[0], count);
      next[0] += count;
    });
  }
}
