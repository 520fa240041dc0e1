package dev.skipstone.runtime.testing;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A draft adapter with random weights for a micro model: deltas of ranks that differ, on most
 * matrices of the kept sublayers, and two bridges, one of them only a scale.
 *
 * @param skippedAttention layers whose attention block drafts leave out
 * @param skippedMlp layers whose MLP block they leave out
 * @param vocabulary as in the file's metadata
 * @param riding whether the file says that its masks ride
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record RandomAdapter(
    int masks,
    int[] skippedAttention,
    int[] skippedMlp,
    String vocabulary,
    TensorType type,
    boolean riding) {
  private static final Map<String, TensorRole> MATRICES =
      Map.of(
          "wq", TensorRole.ATTENTION_QUERY,
          "wk", TensorRole.ATTENTION_KEY,
          "wv", TensorRole.ATTENTION_VALUE,
          "wo", TensorRole.ATTENTION_OUTPUT,
          "wg", TensorRole.MLP_GATE,
          "wu", TensorRole.MLP_UP,
          "wd", TensorRole.MLP_DOWN);

  /** Of a model of four layers: one of them left out, and half of another. */
  public static RandomAdapter of(int masks) {
    return new RandomAdapter(
        masks, new int[] {1, 2}, new int[] {1}, "0-31,96-255", TensorType.F16, false);
  }

  public RandomAdapter withSkipped(int[] attention, int[] mlp) {
    return new RandomAdapter(masks, attention, mlp, vocabulary, type, riding);
  }

  public RandomAdapter withVocabulary(String ranges) {
    return new RandomAdapter(masks, skippedAttention, skippedMlp, ranges, type, riding);
  }

  public RandomAdapter withType(TensorType tensors) {
    return new RandomAdapter(masks, skippedAttention, skippedMlp, vocabulary, tensors, riding);
  }

  public RandomAdapter withRiding() {
    return new RandomAdapter(masks, skippedAttention, skippedMlp, vocabulary, type, true);
  }

  /** Writes the adapter for a model and returns the file's path. */
  public Path write(Model model, Path file) {
    try {
      return writer(model).write(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #write(Model, Path)}. */
  public Path write(Path model, Path file) {
    try (Model opened = Model.open(model)) {
      return write(opened, file);
    }
  }

  /** The adapter as a file still to be written, for tests that change something in it first. */
  public SafetensorsWriter writer(Model model) {
    HyperParameters sizes = model.hyperParameters();
    int width = sizes.width();
    Random random = new Random(5);
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", "skipstone.draft-adapter")
            .metadata("version", "1")
            .metadata("kind", "s3d")
            .metadata("model", model.fingerprint())
            .metadata("model_name", model.name())
            .metadata("attention", kept(sizes.layers(), skippedAttention))
            .metadata("mlp", kept(sizes.layers(), skippedMlp))
            .metadata("vocabulary", vocabulary)
            .metadata("training", "{\"steps\":0}");
    if (riding) {
      writer.metadata("riding", "trained");
    }
    if (masks > 0) {
      tensor(writer, random, "masks", 2.5f / (float) Math.sqrt(width), masks, width);
    }
    for (String name : List.of("wq", "wk", "wv", "wo", "wg", "wu", "wd")) {
      boolean attention = MATRICES.get(name).compareTo(TensorRole.MLP_NORM) < 0;
      int[] skipped = attention ? skippedAttention : skippedMlp;
      List<Long> shape = MATRICES.get(name).shape(sizes);
      for (int layer = 0; layer < sizes.layers(); layer++) {
        // Ranks from 1 to more than a tile; a matrix here and there has none.
        int rank = 1 + (layer * 17 + name.charAt(1) * 7) % 40;
        int one = layer;
        if (IntStream.of(skipped).noneMatch(other -> other == one) && rank % 7 != 0) {
          lowRank(writer, random, "layers.%d.%s.".formatted(layer, name), rank, shape);
        }
      }
    }
    // Something of the last layer has to be kept.
    int last = sizes.layers();
    tensor(writer, random, "bridges.%d.scale".formatted(last - 1), 1, width);
    List<Long> square = List.of((long) width, (long) width);
    lowRank(writer, random, "bridges.%d.".formatted(last - 1), 35, square);
    tensor(writer, random, "bridges.%d.scale".formatted(last), 1, width);
    return writer;
  }

  private static String kept(int layers, int[] skipped) {
    return IntStream.range(0, layers)
        .filter(layer -> IntStream.of(skipped).noneMatch(other -> other == layer))
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(","));
  }

  private void lowRank(
      SafetensorsWriter writer, Random random, String prefix, int rank, List<Long> shape) {
    int columns = Math.toIntExact(shape.get(1));
    tensor(writer, random, prefix + "down", 1 / (float) Math.sqrt(columns), rank, columns);
    int rows = Math.toIntExact(shape.get(0));
    tensor(writer, random, prefix + "up", 0.4f / (float) Math.sqrt(rank), rows, rank);
  }

  private void tensor(
      SafetensorsWriter writer, Random random, String name, float deviation, long... shape) {
    float[] values =
        new float[Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact))];
    for (int i = 0; i < values.length; i++) {
      float noise = (float) random.nextGaussian() * deviation;
      values[i] = shape.length == 1 ? 1 + 0.2f * noise : noise;
    }
    writer.tensor(name, type, values, shape);
  }
}
