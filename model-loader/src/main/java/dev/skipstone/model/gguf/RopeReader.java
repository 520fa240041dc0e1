package dev.skipstone.model.gguf;

import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Rope;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.family.RopeScaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a file scales RoPE: by keys, or by tensors of divisors. */
final class RopeReader {
  private static final String DIVISORS = "rope_freqs.weight";
  private static final String SHORT_DIVISORS = "rope_factors_short.weight";
  private static final String LONG_DIVISORS = "rope_factors_long.weight";

  /** Tensors that are read here. */
  static final Set<String> TENSORS = Set.of(DIVISORS, SHORT_DIVISORS, LONG_DIVISORS);

  private static final float FAST_TURNS = 32;
  private static final float SLOW_TURNS = 1;

  private final GgufFile file;
  private final MetadataValues values;
  private final String prefix;

  /**
   * @param prefix of the keys
   */
  RopeReader(GgufFile file, MetadataValues values, String prefix) {
    this.file = file;
    this.values = values;
    this.prefix = prefix + "rope.scaling.";
  }

  /**
   * @param context positions that the model was trained for, with scaling
   */
  Rope scaled(Rope plain, int context) {
    RopeScaling scaling = new RopeScaling(plain);
    int pairs = plain.dimensions() / 2;
    float magnitude = values.real(prefix + "attn_factor").orElse(1f);
    int original = values.positiveOr(prefix + "original_context_length", context);
    Optional<List<Float>> longs = divisors(LONG_DIVISORS, pairs);
    Optional<List<Float>> shorts = divisors(SHORT_DIVISORS, pairs);
    if (longs.isPresent() != shorts.isPresent()) {
      throw values.error(
          prefix + "type", "one of %s and %s is missing".formatted(SHORT_DIVISORS, LONG_DIVISORS));
    }
    if (longs.isPresent()) {
      return scaling.longRope(shorts.get(), longs.get(), original, magnitude);
    }
    Optional<List<Float>> divisors = divisors(DIVISORS, pairs);
    if (divisors.isPresent()) {
      return scaling.with(divisors.get(), magnitude);
    }
    return byType(scaling, original, magnitude);
  }

  private Rope byType(RopeScaling scaling, int original, float magnitude) {
    // A factor without a type means linear scaling.
    String type = values.optionalText(prefix + "type").orElse("linear");
    return switch (type) {
      case "none" -> scaling.linear(1);
      case "linear" -> scaling.linear(factor());
      case "yarn" ->
          scaling.yarn(
              factor(),
              turns("yarn_beta_fast", FAST_TURNS),
              turns("yarn_beta_slow", SLOW_TURNS),
              original,
              true,
              magnitude * RopeScaling.yarnMagnitude(factor(), 1));
      default ->
          throw values.error(
              prefix + "type",
              "RoPE scaled by %s is not supported; supported: none, linear, yarn, or tensors of divisors"
                  .formatted(type));
    };
  }

  private float factor() {
    for (String key : List.of(prefix + "factor", prefix.replace("scaling.", "scale_linear"))) {
      float factor = values.real(key).orElse(0f);
      if (factor < 0) {
        throw values.error(key, factor + " is not above 0");
      }
      if (factor > 0) {
        return factor;
      }
    }
    return 1;
  }

  private float turns(String name, float otherwise) {
    String key = prefix + name;
    return values.has(key) ? values.positiveReal(key) : otherwise;
  }

  private Optional<List<Float>> divisors(String name, int pairs) {
    return file.tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .map(tensor -> divisors(tensor, pairs));
  }

  private List<Float> divisors(Tensor tensor, int pairs) {
    if (!tensor.shape().equals(List.of((long) pairs))) {
      throw error(tensor, "has shape %s, and RoPE has %d pairs".formatted(tensor.shape(), pairs));
    }
    List<Float> divisors = new ArrayList<>(pairs);
    tensor.forEachValue((piece, count) -> {
      for (int i = 0; i < count; i++) {
        if (!(piece[i] > 0) || !Float.isFinite(piece[i])) {
          throw error(tensor, "value %d, %s, divides no frequency".formatted(i, piece[i]));
        }
        divisors.add(piece[i]);
      }
    });
    return divisors;
  }

  private ModelFileException error(Tensor tensor, String problem) {
    return new ModelFileException(file.path(), "tensor " + tensor.name(), tensor.offset(), problem);
  }
}
