package dev.skipstone.model.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.skipstone.model.Rope;
import dev.skipstone.model.family.Family;
import dev.skipstone.model.family.RopeScaling;
import java.util.Map;
import java.util.Optional;

/**
 * A configuration's RoPE, in each of the ways that it is written: under {@code rope_parameters},
 * for all layers or by their types, or as {@code rope_theta} and {@code rope_scaling}.
 */
final class RopeConfig {
  private static final String GLOBAL = "full_attention";
  private static final String LOCAL = "sliding_attention";
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final String LOCAL_BASE = "rope_local_base_freq";
  private static final float DEFAULT_BASE = 10_000;
  private static final float FAST_TURNS = 32;
  private static final float SLOW_TURNS = 1;

  private final ConfigValues values;
  private final Family family;
  private final int headSize;
  private final Optional<ConfigValues> parameters;

  RopeConfig(ConfigValues values, Family family, int headSize) {
    this.values = values;
    this.family = family;
    this.headSize = headSize;
    parameters = values.child("rope_parameters").or(() -> values.child("rope_scaling"));
  }

  private boolean byType() {
    return parameters.filter(all -> all.has(GLOBAL) || all.has(LOCAL)).isPresent();
  }

  /** That of layers without a window, not scaled. */
  Rope plain() {
    return plain(ofGlobal());
  }

  /**
   * That of layers without a window.
   *
   * @param context positions that the model was trained for
   */
  Rope global(int context) {
    return scaled(ofGlobal(), context);
  }

  /** That of layers with a window. */
  Rope local(int context) {
    if (byType()) {
      Optional<ConfigValues> local = parameters.flatMap(all -> all.child(LOCAL));
      return local.isPresent() ? scaled(local.get(), context) : global(context);
    }
    Optional<Float> base = values.positiveReal(LOCAL_BASE);
    if (base.isEmpty() && family.localRopeBase() == 0) {
      return global(context);
    }
    return new Rope(base.orElse(family.localRopeBase()), dimensions(ofGlobal()));
  }

  private ConfigValues ofGlobal() {
    Optional<ConfigValues> global =
        byType() ? parameters.flatMap(all -> all.child(GLOBAL)) : parameters;
    return global.orElseGet(
        () -> new ConfigValues(null, "", JsonNodeFactory.instance.objectNode(), Map.of()));
  }

  private Rope plain(ConfigValues of) {
    float base =
        of.positiveReal("rope_theta")
            .or(() -> values.positiveReal("rope_theta"))
            .orElse(DEFAULT_BASE);
    return new Rope(base, dimensions(of));
  }

  private int dimensions(ConfigValues of) {
    String key = "partial_rotary_factor";
    float part = of.positiveReal(key).or(() -> values.positiveReal(key)).orElse(1f);
    int dimensions = (int) (headSize * (double) part);
    if (dimensions < 2 || dimensions > headSize || dimensions % 2 != 0) {
      throw values.error(
          key,
          "%s of a head's %d channels are not an even number of them".formatted(part, headSize));
    }
    return dimensions;
  }

  private Rope scaled(ConfigValues of, int context) {
    Rope plain = plain(of);
    RopeScaling scaling = new RopeScaling(plain);
    int original =
        values.count(ORIGINAL).or(() -> of.count(ORIGINAL)).filter(n -> n > 0).orElse(context);
    String type = of.optionalText("rope_type").or(() -> of.optionalText("type")).orElse("default");
    if (of.has("short_factor")) {
      // Some of Phi-3's configurations call it su or yarn.
      type = "longrope";
    }
    return switch (type) {
      // Dynamic scaling starts behind the context, where no sequence goes.
      case "default", "dynamic" -> plain;
      case "linear" -> scaling.linear(factor(of, context, original));
      case "llama3" ->
          scaling.llama3(
              factor(of, context, original),
              required(of, "low_freq_factor"),
              required(of, "high_freq_factor"),
              original);
      case "yarn" -> yarn(of, scaling, factor(of, context, original), original);
      case "longrope" ->
          scaling.longRope(
              of.reals("short_factor", plain.dimensions() / 2),
              of.reals("long_factor", plain.dimensions() / 2),
              original,
              of.positiveReal("attention_factor")
                  .orElseGet(
                      () -> RopeScaling.longMagnitude(factor(of, context, original), original)));
      default ->
          throw of.error(
              "rope_type",
              "RoPE scaled by %s is not supported; supported: default, linear, dynamic, llama3, yarn, longrope"
                  .formatted(type));
    };
  }

  private static Rope yarn(ConfigValues of, RopeScaling scaling, float factor, int original) {
    Optional<Float> all = of.positiveReal("mscale_all_dim");
    float usual =
        of.positiveReal("mscale")
            .filter(weight -> all.isPresent())
            .map(weight ->
                RopeScaling.yarnMagnitude(factor, weight)
                    / RopeScaling.yarnMagnitude(factor, all.get()))
            .orElseGet(() -> RopeScaling.yarnMagnitude(factor, 1));
    return scaling.yarn(
        factor,
        of.positiveReal("beta_fast").orElse(FAST_TURNS),
        of.positiveReal("beta_slow").orElse(SLOW_TURNS),
        original,
        of.flag("truncate", true),
        of.positiveReal("attention_factor").orElse(usual));
  }

  private static float factor(ConfigValues of, int context, int original) {
    return of.positiveReal("factor").orElse((float) context / original);
  }

  private static float required(ConfigValues of, String key) {
    return of.positiveReal(key)
        .orElseThrow(() -> of.error(key, "the configuration lacks this key"));
  }
}
