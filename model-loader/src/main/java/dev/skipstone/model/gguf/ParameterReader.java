package dev.skipstone.model.gguf;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Multipliers;
import dev.skipstone.model.Rope;
import dev.skipstone.model.family.Family;
import dev.skipstone.model.family.LayerPattern;
import java.util.List;
import java.util.function.IntPredicate;

/** Reads hyper-parameters from metadata, and refuses variants that the transformer doesn't run. */
final class ParameterReader {
  private static final float DEFAULT_ROPE_BASE = 10_000;

  private final GgufFile file;
  private final MetadataValues values;
  private final Family family;
  private final String prefix;

  /**
   * @param architecture what its keys start with
   */
  ParameterReader(GgufFile file, MetadataValues values, Family family, String architecture) {
    this.file = file;
    this.values = values;
    this.family = family;
    this.prefix = architecture + ".";
  }

  /**
   * @param vocabulary rows of the embedding
   */
  HyperParameters read(int vocabulary) {
    refuseVariants();
    int width = values.positive(prefix + "embedding_length");
    int heads = values.positive(prefix + "attention.head_count");
    int keyValueHeads = values.positiveOr(prefix + "attention.head_count_kv", heads);
    if (heads % keyValueHeads != 0) {
      throw values.error(
          prefix + "attention.head_count_kv",
          keyValueHeads + " does not divide the " + heads + " query heads");
    }
    int headSize = headSize(width, heads);
    int declared = values.positiveOr(prefix + "vocab_size", vocabulary);
    if (declared != vocabulary) {
      throw values.error(
          prefix + "vocab_size",
          "is " + declared + ", but the token embedding has " + vocabulary + " rows");
    }
    int layers = layers();
    int context = values.positive(prefix + "context_length");
    Rope plain = new Rope(ropeBase("rope.freq_base", DEFAULT_ROPE_BASE), ropeDimensions(headSize));
    Rope rope = new RopeReader(file, values, prefix).scaled(plain, context);
    return new HyperParameters(
        layers,
        width,
        values.positive(prefix + "feed_forward_length"),
        heads,
        keyValueHeads,
        headSize,
        vocabulary,
        context,
        values.positiveReal(prefix + "attention.layer_norm_rms_epsilon"),
        plain.base(),
        plain.dimensions(),
        pattern(layers).layers(layers, rope, localRope(rope)),
        multipliers(layers, width, heads, headSize));
  }

  private int layers() {
    String key = prefix + "block_count";
    int layers = values.positive(key);
    int tensors = file.tensors().size();
    if (layers > tensors) {
      throw values.error(
          key, "%d layers are more than the file's %d tensors".formatted(layers, tensors));
    }
    return layers;
  }

  private int headSize(int width, int heads) {
    String key = prefix + "attention.key_length";
    if (!values.has(key) && width % heads != 0) {
      throw values.error(
          prefix + "attention.head_count",
          heads + " heads don't divide the width " + width + ", and " + key + " is missing");
    }
    int headSize = values.positiveOr(key, Math.max(1, width / heads));
    String valueKey = prefix + "attention.value_length";
    if (values.positiveOr(valueKey, headSize) != headSize) {
      throw values.error(
          valueKey,
          "heads with values of another size than keys (" + headSize + ") are not supported");
    }
    if ((long) heads * headSize > Integer.MAX_VALUE) {
      throw values.error(key, heads + " heads of " + headSize + " channels are too many");
    }
    return headSize;
  }

  private float ropeBase(String name, float otherwise) {
    String key = prefix + name;
    return values.has(key) ? values.positiveReal(key) : otherwise;
  }

  private int ropeDimensions(int headSize) {
    String key = prefix + "rope.dimension_count";
    int dimensions = values.positiveOr(key, headSize);
    if (dimensions > headSize || dimensions % 2 != 0) {
      throw values.error(
          key, dimensions + " is not an even number up to the head size " + headSize);
    }
    return dimensions;
  }

  /** RoPE of layers with a window. */
  private Rope localRope(Rope global) {
    float base = ropeBase("rope.freq_base_swa", family.localRopeBase());
    return base == 0 ? global : new Rope(base, global.dimensions());
  }

  private LayerPattern pattern(int layers) {
    int window = values.count(prefix + "attention.sliding_window").orElse(0);
    String key = prefix + "attention.sliding_window_pattern";
    if (!(values.value(key) instanceof List<?> list)) {
      int every = values.count(key).orElse(family.globalEvery());
      return new LayerPattern(window, LayerPattern.every(window, every, 0).local(), rotated());
    }
    if (list.size() < layers || !list.stream().allMatch(Boolean.class::isInstance)) {
      throw values.error(key, "must be a number, or true or false for each layer");
    }
    return new LayerPattern(window, layer -> (Boolean) list.get(layer), rotated());
  }

  /** The layers with RoPE. */
  private IntPredicate rotated() {
    return family.ropeSwitch()
            && Boolean.FALSE.equals(values.value(prefix + "rope.scaling.finetuned"))
        ? layer -> false
        : LayerPattern.every(0, 0, family.unrotatedEvery()).rotated();
  }

  private Multipliers multipliers(int layers, int width, int heads, int headSize) {
    int scored = family.squareHeads(layers) ? width / heads : headSize;
    return new Multipliers(
        real("embedding_scale", family.embeddingMultiplier(width)),
        real("attention.scale", Multipliers.plain(scored).scores()),
        real("residual_scale", 1),
        1 / real("logit_scale", 1),
        real("attn_logit_softcapping", 0),
        real("final_logit_softcapping", 0));
  }

  /** A factor; 0, which llama.cpp writes for what is not there, counts as missing. */
  private float real(String name, float otherwise) {
    float value = values.real(prefix + name).orElse(0f);
    return value == 0 ? otherwise : value;
  }

  private void refuseVariants() {
    String experts = prefix + "expert_count";
    if (values.count(experts).orElse(0) > 0) {
      throw values.error(experts, "mixtures of experts are not supported yet");
    }
    if (values.count("split.count").orElse(1) > 1) {
      throw values.error(
          "split.count", "the file is one of several parts, join them to one file first");
    }
  }
}
