package dev.skipstone.model.gguf;

import dev.skipstone.model.HyperParameters;

/** Reads hyper-parameters from metadata, and refuses variants that the transformer doesn't run. */
final class ParameterReader {
  private static final float DEFAULT_ROPE_BASE = 10_000;

  private final MetadataValues values;
  private final String prefix;

  /**
   * @param architecture what its keys start with
   */
  ParameterReader(MetadataValues values, String architecture) {
    this.values = values;
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
    String base = prefix + "rope.freq_base";
    return new HyperParameters(
        values.positive(prefix + "block_count"),
        width,
        values.positive(prefix + "feed_forward_length"),
        heads,
        keyValueHeads,
        headSize,
        vocabulary,
        values.positive(prefix + "context_length"),
        values.positiveReal(prefix + "attention.layer_norm_rms_epsilon"),
        values.has(base) ? values.positiveReal(base) : DEFAULT_ROPE_BASE,
        ropeDimensions(headSize));
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

  private int ropeDimensions(int headSize) {
    String key = prefix + "rope.dimension_count";
    int dimensions = values.positiveOr(key, headSize);
    if (dimensions > headSize || dimensions % 2 != 0) {
      throw values.error(
          key, dimensions + " is not an even number up to the head size " + headSize);
    }
    return dimensions;
  }

  private void refuseVariants() {
    String scaling = prefix + "rope.scaling.type";
    boolean none = values.optionalText(scaling).map("none"::equals).orElse(false);
    if (values.has(scaling) && !none) {
      throw values.error(scaling, "scaled RoPE is not supported yet: " + values.text(scaling));
    }
    if (!none) {
      // A factor without a type means linear scaling.
      refuseFactor(prefix + "rope.scaling.factor");
      refuseFactor(prefix + "rope.scale_linear");
    }
    String experts = prefix + "expert_count";
    if (values.count(experts).orElse(0) > 0) {
      throw values.error(experts, "mixtures of experts are not supported yet");
    }
    String window = prefix + "attention.sliding_window";
    int positions = values.count(window).orElse(0);
    if (positions > 0 && positions < values.positive(prefix + "context_length")) {
      throw values.error(window, "sliding windows are not supported yet");
    }
    if (values.count("split.count").orElse(1) > 1) {
      throw values.error(
          "split.count", "the file is one of several parts, join them to one file first");
    }
  }

  private void refuseFactor(String key) {
    float factor = values.real(key).orElse(0f);
    if (factor != 0 && factor != 1) {
      throw values.error(key, "scaled RoPE is not supported yet");
    }
  }
}
