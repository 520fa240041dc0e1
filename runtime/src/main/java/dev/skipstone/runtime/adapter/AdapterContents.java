package dev.skipstone.runtime.adapter;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.safetensors.SafetensorsFile;
import dev.skipstone.runtime.adapter.NumberRanges.Range;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Reads and checks what a file says by itself, whatever model it is for. */
final class AdapterContents {
  /** No model has as many layers. */
  private static final int MOST_LAYERS = 9999;

  private static final int FINGERPRINT_DIGITS = 64;

  private static final Pattern NAME =
      Pattern.compile(
          "masks|layers\\.(\\d{1,4})\\.(w[qkvogud])\\.(down|up)"
              + "|bridges\\.(\\d{1,5})\\.(scale|down|up)");

  private final SafetensorsFile file;
  private final int[] attention;
  private final int[] mlp;

  AdapterContents(SafetensorsFile file) {
    this.file = file;
    expect("format", DraftAdapter.FORMAT, "this is no draft adapter");
    expect("version", DraftAdapter.VERSION, "this version of Skipstone does not read it");
    expect("kind", DraftAdapter.KIND, "this version of Skipstone does not know the method");
    if (!fingerprint().matches("[0-9a-f]{" + FINGERPRINT_DIGITS + "}")) {
      throw error("model", "is not " + FINGERPRINT_DIGITS + " lower-case hexadecimal digits");
    }
    attention = layers("attention");
    mlp = layers("mlp");
    if (attention.length + mlp.length == 0) {
      throw error("attention", "neither here nor in mlp is a sublayer kept");
    }
    checkVocabulary();
    file.tensors().forEach(this::checkTensor);
    checkMasks();
  }

  String text(String key) {
    String value = file.metadata().get(key);
    if (value == null) {
      throw error(key, "is missing in the metadata");
    }
    return value;
  }

  String fingerprint() {
    return text("model");
  }

  int[] attention() {
    return attention.clone();
  }

  int[] mlp() {
    return mlp.clone();
  }

  List<Range> vocabulary() {
    return list("vocabulary", () -> NumberRanges.parse(text("vocabulary")));
  }

  int maskCount() {
    return file.tensor("masks").map(masks -> Math.toIntExact(masks.rows())).orElse(0);
  }

  ModelFileException error(String key, String problem) {
    return new ModelFileException(file.path(), key, file.metadataOffset(key), problem);
  }

  ModelFileException error(Tensor tensor, String problem) {
    return new ModelFileException(file.path(), "tensor " + tensor.name(), tensor.offset(), problem);
  }

  private void expect(String key, String value, String otherwise) {
    if (!text(key).equals(value)) {
      throw error(key, "is '%s', not '%s': %s".formatted(text(key), value, otherwise));
    }
  }

  private int[] layers(String key) {
    return list(key, () -> NumberRanges.numbers(text(key), MOST_LAYERS));
  }

  private <T> T list(String key, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw error(key, e.getMessage());
    }
  }

  private void checkVocabulary() {
    List<Range> ranges = vocabulary();
    if (ranges.isEmpty()) {
      throw error("vocabulary", "names no token");
    }
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      boolean last = i == ranges.size() - 1;
      if (range.first() % DraftAdapter.BLOCK != 0
          || (!last && (range.last() + 1) % DraftAdapter.BLOCK != 0)) {
        throw error(
            "vocabulary",
            "the range %d-%d does not start at a multiple of %d and end before one"
                .formatted(range.first(), range.last(), DraftAdapter.BLOCK));
      }
    }
  }

  private void checkTensor(Tensor tensor) {
    Matcher name = NAME.matcher(tensor.name());
    if (!name.matches()) {
      throw error(tensor, "has no place in a draft adapter");
    }
    tensor.type();
    int dimensions = "scale".equals(name.group(5)) ? 1 : 2;
    if (tensor.shape().size() != dimensions || tensor.columns() > Integer.MAX_VALUE) {
      throw error(tensor, "has shape %s, not %d dimensions".formatted(tensor.shape(), dimensions));
    }
    if (name.group(1) != null) {
      checkDelta(tensor, name);
    } else if (name.group(4) != null) {
      checkBridge(tensor, name);
    }
    checkFinite(tensor);
  }

  private void checkDelta(Tensor tensor, Matcher name) {
    AdapterMatrix matrix = AdapterMatrix.valueOf(name.group(2).toUpperCase(Locale.ROOT));
    int layer = Integer.parseInt(name.group(1));
    int[] kept = matrix.attention() ? attention : mlp;
    if (IntStream.of(kept).noneMatch(one -> one == layer)) {
      throw error(tensor, "its sublayer is not one of those that are kept");
    }
    checkPair("layers.%d.%s.".formatted(layer, name.group(2)), tensor);
  }

  private void checkBridge(Tensor tensor, Matcher name) {
    String prefix = "bridges.%d.".formatted(Integer.parseInt(name.group(4)));
    if (file.tensor(prefix + "scale").isEmpty()) {
      throw error(tensor, "the file lacks " + prefix + "scale");
    }
    if (!name.group(5).equals("scale")) {
      checkPair(prefix, tensor);
    }
  }

  /** Both matrices of a low-rank product are there, and have the same rank. */
  private void checkPair(String prefix, Tensor one) {
    Tensor down = partner(one, prefix + "down");
    Tensor up = partner(one, prefix + "up");
    if (down.rows() != up.columns()) {
      throw error(
          one,
          "%s has rank %d and %s has rank %d"
              .formatted(down.name(), down.rows(), up.name(), up.columns()));
    }
  }

  private Tensor partner(Tensor of, String name) {
    return file.tensor(name).orElseThrow(() -> error(of, "the file lacks " + name));
  }

  private void checkMasks() {
    file.tensor("masks")
        .filter(masks -> masks.rows() >= DraftAdapter.MOST_DRAFT_TOKENS)
        .ifPresent(masks -> {
          throw error(
              masks,
              "has %d mask slots, more than %d"
                  .formatted(masks.rows(), DraftAdapter.MOST_DRAFT_TOKENS - 1));
        });
  }

  private void checkFinite(Tensor tensor) {
    tensor.forEachValue((values, count) -> {
      for (int i = 0; i < count; i++) {
        if (!Float.isFinite(values[i])) {
          throw error(tensor, "holds a value that is not finite");
        }
      }
    });
  }
}
