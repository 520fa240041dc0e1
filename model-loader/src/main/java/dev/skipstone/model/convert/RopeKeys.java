package dev.skipstone.model.convert;

import dev.skipstone.model.Rope;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.family.RopeScaling;
import dev.skipstone.model.huggingface.HuggingFaceModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a checkpoint's RoPE is scaled, as GGUF says it: by a factor, as YaRN by its settings, and all
 * else by the divisors themselves, in tensors.
 */
final class RopeKeys {
  private static final String SCALING = "rope.scaling.";
  private static final String ORIGINAL = SCALING + "original_context_length";
  private static final String MAGNITUDE = SCALING + "attn_factor";

  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final List<Tensor> tensors = new ArrayList<>();

  RopeKeys(HuggingFaceModel model, Rope rope) {
    List<Float> divisors = rope.divisors();
    if (rope.longer().isPresent()) {
      writeLongRope(rope, rope.longer().get());
    } else if (rope.magnitude() == 1 && divisors.stream().distinct().count() <= 1) {
      divisors.stream().findFirst().ifPresent(this::writeLinear);
    } else if (!writeYarn(model, rope)) {
      tensors.add(DerivedTensor.vector("rope_freqs.weight", divisors));
      putMagnitude(rope.magnitude());
    }
  }

  /** Behind the architecture's name: String, Integer or Float. */
  Map<String, Object> keys() {
    return keys;
  }

  List<Tensor> tensors() {
    return tensors;
  }

  private void writeLinear(float factor) {
    keys.put(SCALING + "type", "linear");
    keys.put(SCALING + "factor", factor);
  }

  private void writeLongRope(Rope rope, Rope.Longer longer) {
    keys.put(ORIGINAL, longer.positions());
    keys.put(MAGNITUDE, rope.magnitude());
    tensors.add(DerivedTensor.vector("rope_factors_long.weight", longer.rope().divisors()));
    tensors.add(DerivedTensor.vector("rope_factors_short.weight", rope.divisors()));
  }

  private void putMagnitude(float magnitude) {
    if (magnitude != 1) {
      keys.put(MAGNITUDE, magnitude);
    }
  }

  /** Whether the configuration says YaRN, and GGUF's settings of it give the same. */
  private boolean writeYarn(HuggingFaceModel model, Rope rope) {
    Map<String, Object> config = model.metadata();
    for (String prefix : List.of("rope_parameters.", "rope_scaling.")) {
      boolean yarn =
          "yarn".equals(config.get(prefix + "rope_type"))
              || "yarn".equals(config.get(prefix + "type"));
      Optional<Float> factor = number(config, prefix + "factor");
      if (yarn && factor.isPresent()) {
        float original =
            number(config, prefix + "original_max_position_embeddings")
                .orElse((float) model.hyperParameters().context());
        float fast = number(config, prefix + "beta_fast").orElse(32f);
        float slow = number(config, prefix + "beta_slow").orElse(1f);
        return writeYarn(rope, factor.get(), fast, slow, (int) original);
      }
    }
    return false;
  }

  private boolean writeYarn(Rope rope, float factor, float fast, float slow, int original) {
    RopeScaling scaling = new RopeScaling(new Rope(rope.base(), rope.dimensions()));
    float usual = RopeScaling.yarnMagnitude(factor, 1);
    float share = rope.magnitude() / usual;
    if (!scaling.yarn(factor, fast, slow, original, true, share * usual).equals(rope)) {
      return false;
    }
    keys.put(SCALING + "type", "yarn");
    keys.put(SCALING + "factor", factor);
    keys.put(ORIGINAL, original);
    keys.put(SCALING + "yarn_beta_fast", fast);
    keys.put(SCALING + "yarn_beta_slow", slow);
    putMagnitude(share);
    return true;
  }

  private static Optional<Float> number(Map<String, Object> config, String key) {
    return config.get(key) instanceof Number number
        ? Optional.of(number.floatValue())
        : Optional.empty();
  }
}
