package dev.skipstone.model.huggingface;

import dev.skipstone.model.Architecture.Activation;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.LayerAttention;
import dev.skipstone.model.Multipliers;
import dev.skipstone.model.Rope;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.family.Family;
import dev.skipstone.model.family.LayerPattern;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** Reads hyper-parameters from a configuration, and refuses what the transformer doesn't run. */
final class ConfigReader {
  private static final String ATTENTION_TYPES = "layer_types";
  private static final String ROPE_TYPE = "position_embedding_type";
  private static final String NO_ROPE = "no_rope_layers";

  private final ConfigValues values;
  private final Family family;

  ConfigReader(ConfigValues values, Family family) {
    this.values = values;
    this.family = family;
  }

  /**
   * @param vocabulary rows of the embedding
   * @param tensors that the files have, more than layers
   */
  HyperParameters read(int vocabulary, int tensors) {
    refuseVariants();
    int width = values.positive("hidden_size");
    int heads = values.positive("num_attention_heads");
    int keyValueHeads = values.positiveOr("num_key_value_heads", heads);
    if (heads % keyValueHeads != 0) {
      throw values.error(
          "num_key_value_heads", keyValueHeads + " does not divide the " + heads + " query heads");
    }
    int headSize = headSize(width, heads);
    int declared = values.positiveOr("vocab_size", vocabulary);
    if (declared != vocabulary) {
      throw values.error(
          "vocab_size", "is " + declared + ", but the token embedding has " + vocabulary + " rows");
    }
    int layers = values.positive("num_hidden_layers");
    if (layers > tensors) {
      throw values.error(
          "num_hidden_layers", "%d are more than the %d tensors".formatted(layers, tensors));
    }
    RopeConfig rope = new RopeConfig(values, family, headSize);
    Rope plain = rope.plain();
    return new HyperParameters(
        layers,
        width,
        // Granite 4 calls it so, where all experts are the one that is shared.
        values.positive(
            values.has("shared_intermediate_size")
                ? "shared_intermediate_size"
                : "intermediate_size"),
        heads,
        keyValueHeads,
        headSize,
        vocabulary,
        values.positive("max_position_embeddings"),
        values.positiveReal("rms_norm_eps").orElse(1e-6f),
        plain.base(),
        plain.dimensions(),
        attention(layers, rope),
        multipliers(width, headSize));
  }

  /** What the MLP's gate goes through. */
  Activation activation() {
    String key = values.has("hidden_activation") ? "hidden_activation" : "hidden_act";
    String name = values.optionalText(key).orElse("silu");
    return switch (name) {
      case "silu", "swish" -> Activation.SILU;
      case "gelu_pytorch_tanh", "gelu_new" -> Activation.GELU_TANH;
      default -> {
        // Gemma's first configurations say gelu and mean the approximation.
        if (name.equals("gelu") && family.activation() == Activation.GELU_TANH) {
          yield Activation.GELU_TANH;
        }
        throw values.error(
            key,
            "the activation %s is not supported; supported: silu, gelu_pytorch_tanh"
                .formatted(name));
      }
    };
  }

  /** Biases that the configuration asks for. */
  Set<TensorRole> biases() {
    Set<TensorRole> roles = EnumSet.noneOf(TensorRole.class);
    if (values.flag("attention_bias", false)) {
      roles.add(TensorRole.ATTENTION_QUERY_BIAS);
      roles.add(TensorRole.ATTENTION_KEY_BIAS);
      roles.add(TensorRole.ATTENTION_VALUE_BIAS);
    }
    if (values.flag("mlp_bias", false)) {
      roles.add(TensorRole.MLP_GATE_BIAS);
      roles.add(TensorRole.MLP_UP_BIAS);
      roles.add(TensorRole.MLP_DOWN_BIAS);
    }
    return roles;
  }

  private int headSize(int width, int heads) {
    int headSize = values.count("head_dim").orElse(0);
    if (headSize == 0 && width % heads != 0) {
      throw values.error(
          "num_attention_heads",
          heads + " heads don't divide the width " + width + ", and head_dim is missing");
    }
    headSize = headSize == 0 ? width / heads : headSize;
    if ((long) heads * headSize > Integer.MAX_VALUE) {
      throw values.error("head_dim", heads + " heads of " + headSize + " channels are too many");
    }
    return headSize;
  }

  private List<LayerAttention> attention(int layers, RopeConfig rope) {
    int window =
        values.flag("use_sliding_window", true) ? values.count("sliding_window").orElse(0) : 0;
    LayerPattern pattern = new LayerPattern(window, local(layers, window), rotated(layers));
    int context = values.positive("max_position_embeddings");
    return pattern.layers(layers, rope.global(context), rope.local(context));
  }

  private IntPredicate local(int layers, int window) {
    if (values.has(ATTENTION_TYPES)) {
      List<String> types = values.texts(ATTENTION_TYPES, layers);
      types.forEach(this::checkType);
      return layer -> types.get(layer).equals("sliding_attention");
    }
    if (window > 0 && family.unrotatedEvery() > 0) {
      throw values.error(ATTENTION_TYPES, "is missing, and needed as there is a sliding_window");
    }
    if (values.has("max_window_layers")) {
      int global = values.count("max_window_layers").orElseThrow();
      return layer -> layer >= global;
    }
    int every = values.count("sliding_window_pattern").orElse(family.globalEvery());
    return LayerPattern.every(window, every, 0).local();
  }

  private void checkType(String type) {
    if (!Set.of("full_attention", "sliding_attention", "attention").contains(type)) {
      throw values.error(
          ATTENTION_TYPES,
          "layers of type %s are not supported; supported: full_attention, sliding_attention"
              .formatted(type));
    }
  }

  private IntPredicate rotated(int layers) {
    String type = values.optionalText(ROPE_TYPE).orElse(family.ropeType());
    if (!type.equals("rope")) {
      if (!type.equals("nope")) {
        throw values.error(ROPE_TYPE, type + " is not supported; supported: rope, nope");
      }
      return layer -> false;
    }
    if (values.has(NO_ROPE)) {
      // 1 stands for a layer with RoPE, whatever the key says.
      return values.flags(NO_ROPE, layers)::get;
    }
    int every =
        family.unrotatedEvery() == 0
            ? 0
            : values.positiveOr("no_rope_layer_interval", family.unrotatedEvery());
    return LayerPattern.every(0, 0, every).rotated();
  }

  private Multipliers multipliers(int width, int headSize) {
    float scored = values.positiveReal("query_pre_attn_scalar").orElse((float) headSize);
    return new Multipliers(
        values.positiveReal("embedding_multiplier").orElse(family.embeddingMultiplier(width)),
        values.positiveReal("attention_multiplier").orElse((float) (1 / Math.sqrt(scored))),
        values.positiveReal("residual_multiplier").orElse(1f),
        1 / values.positiveReal("logits_scaling").orElse(1f),
        values.positiveReal("attn_logit_softcapping").orElse(0f),
        values.positiveReal("final_logit_softcapping").orElse(0f));
  }

  private void refuseVariants() {
    for (String key : List.of("num_local_experts", "num_experts", "n_routed_experts")) {
      if (values.count(key).orElse(0) > 0) {
        throw values.error(key, "mixtures of experts are not supported yet");
      }
    }
    if (values.flag("use_bidirectional_attention", false)) {
      throw values.error("use_bidirectional_attention", "is not supported");
    }
    if (values.has("quantization_config")) {
      throw values.error(
          "quantization_config",
          "quantized checkpoints are not supported; take the original one, or a GGUF file");
    }
  }
}
