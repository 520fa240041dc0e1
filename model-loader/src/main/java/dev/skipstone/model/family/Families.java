package dev.skipstone.model.family;

import static dev.skipstone.model.TensorRole.ATTENTION_KEY;
import static dev.skipstone.model.TensorRole.ATTENTION_KEY_BIAS;
import static dev.skipstone.model.TensorRole.ATTENTION_KEY_NORM;
import static dev.skipstone.model.TensorRole.ATTENTION_NORM;
import static dev.skipstone.model.TensorRole.ATTENTION_POST_NORM;
import static dev.skipstone.model.TensorRole.ATTENTION_QUERY;
import static dev.skipstone.model.TensorRole.ATTENTION_QUERY_BIAS;
import static dev.skipstone.model.TensorRole.ATTENTION_QUERY_NORM;
import static dev.skipstone.model.TensorRole.ATTENTION_VALUE;
import static dev.skipstone.model.TensorRole.ATTENTION_VALUE_BIAS;
import static dev.skipstone.model.TensorRole.MLP_DOWN;
import static dev.skipstone.model.TensorRole.MLP_GATE;
import static dev.skipstone.model.TensorRole.MLP_NORM;
import static dev.skipstone.model.TensorRole.MLP_POST_NORM;
import static dev.skipstone.model.TensorRole.MLP_UP;

import dev.skipstone.model.Architecture.Activation;
import java.util.List;
import java.util.Optional;

/**
 * All families that are known. What is not said here is as in llama, or said by the files: sizes,
 * RoPE and its scaling, windows, multipliers, caps, biases, tied output.
 */
public final class Families {
  private static final String LAYER = "model.layers.#.";

  private static final Family LLAMA = Family.named("llama").permutedInGguf();

  /** GGUF has Mistral's models as llama. */
  private static final Family MISTRAL =
      Family.named("mistral").inGgufAs(LLAMA).configDefault("sliding_window", 4096);

  private static final Family QWEN2 =
      Family.named("qwen2")
          .needing(ATTENTION_QUERY_BIAS, ATTENTION_KEY_BIAS, ATTENTION_VALUE_BIAS)
          .configDefault("use_sliding_window", false);

  private static final Family QWEN3 =
      Family.named("qwen3")
          .needing(ATTENTION_QUERY_NORM, ATTENTION_KEY_NORM)
          .configDefault("head_dim", 128)
          .configDefault("use_sliding_window", false);

  private static final Family PHI3 =
      Family.named("phi3")
          .ggufTensor("blk.#.attn_qkv.weight", ATTENTION_QUERY, ATTENTION_KEY, ATTENTION_VALUE)
          .ggufTensor("blk.#.ffn_up.weight", MLP_GATE, MLP_UP)
          .configTensor(
              LAYER + "self_attn.qkv_proj.weight", ATTENTION_QUERY, ATTENTION_KEY, ATTENTION_VALUE)
          .configTensor(LAYER + "mlp.gate_up_proj.weight", MLP_GATE, MLP_UP);

  private static final Family GEMMA =
      Family.named("gemma")
          .withActivation(Activation.GELU_TANH)
          .withScaledEmbedding()
          .withNormsFromOne()
          .configDefault("head_dim", 256)
          .configDefault("hidden_act", "gelu_pytorch_tanh");

  private static final Family GEMMA2 =
      sandwiched(GEMMA, "gemma2")
          .globalEvery(2)
          .squareHeadsWith(46)
          .configDefault("query_pre_attn_scalar", 256)
          .configDefault("attn_logit_softcapping", 50.0)
          .configDefault("final_logit_softcapping", 30.0)
          .configDefault("sliding_window", 4096);

  /** What the smaller checkpoints' configurations leave out are Transformers' defaults. */
  private static final Family GEMMA3 =
      sandwiched(GEMMA, "gemma3")
          .inConfig("gemma3_text", "gemma3")
          .needing(ATTENTION_QUERY_NORM, ATTENTION_KEY_NORM)
          .globalEvery(6)
          .squareHeadsWith(62)
          .configDefault("vocab_size", 262_208)
          .configDefault("num_attention_heads", 8)
          .configDefault("num_key_value_heads", 4)
          .configDefault("query_pre_attn_scalar", 256)
          .configDefault("max_position_embeddings", 131_072)
          .configDefault("rms_norm_eps", 1e-6)
          .configDefault("sliding_window", 4096)
          .configDefault("rope_theta", 1_000_000)
          .localRopeBase(10_000);

  private static final Family SMOLLM3 =
      Family.named("smollm3")
          .permutedInGguf()
          .unrotatedEvery(4)
          .configDefault("rope_theta", 2_000_000)
          .configDefault("use_sliding_window", false);

  private static final Family GRANITE = Family.named("granite").permutedInGguf().withRopeSwitch();

  /** Granite 4's dense models have an MLP that is called shared, as if there were experts. */
  private static final Family GRANITE4 =
      GRANITE
          .renamed("granitemoehybrid")
          .inGgufAs(GRANITE)
          .withRopeType("nope")
          .configTensor(LAYER + "shared_mlp.input_linear.weight", MLP_GATE, MLP_UP)
          .configTensor(LAYER + "shared_mlp.output_linear.weight", MLP_DOWN);

  private static final Family OLMO2 =
      Family.named("olmo2")
          .without(ATTENTION_NORM, MLP_NORM)
          .needing(ATTENTION_QUERY_NORM, ATTENTION_KEY_NORM, ATTENTION_POST_NORM, MLP_POST_NORM)
          .configTensor(LAYER + "post_attention_layernorm.weight", ATTENTION_POST_NORM)
          .configTensor(LAYER + "post_feedforward_layernorm.weight", MLP_POST_NORM);

  /** GGUF has the norm before the MLP under the name of one behind attention. */
  private static final Family SEED_OSS =
      Family.named("seed_oss")
          .needing(ATTENTION_QUERY_BIAS, ATTENTION_KEY_BIAS, ATTENTION_VALUE_BIAS)
          .ggufTensor("blk.#.post_attention_norm.weight", MLP_NORM)
          .configDefault("head_dim", 128);

  private static final List<Family> ALL =
      List.of(
          LLAMA, MISTRAL, QWEN2, QWEN3, PHI3, GEMMA, GEMMA2, GEMMA3, SMOLLM3, GRANITE, GRANITE4,
          OLMO2, SEED_OSS);

  private Families() {}

  /** Norms before and after each sublayer. */
  private static Family sandwiched(Family family, String name) {
    return family
        .renamed(name)
        .needing(ATTENTION_POST_NORM, MLP_POST_NORM)
        .configTensor(LAYER + "post_attention_layernorm.weight", ATTENTION_POST_NORM)
        .configTensor(LAYER + "pre_feedforward_layernorm.weight", MLP_NORM)
        .configTensor(LAYER + "post_feedforward_layernorm.weight", MLP_POST_NORM);
  }

  /** By GGUF's {@code general.architecture}. */
  public static Optional<Family> inGguf(String architecture) {
    return ALL.stream().filter(family -> family.ggufNames().contains(architecture)).findFirst();
  }

  /** The architectures in GGUF that are known. */
  public static List<String> ggufNames() {
    return ALL.stream().flatMap(family -> family.ggufNames().stream()).toList();
  }

  /** By {@code model_type} in {@code config.json}. */
  public static Optional<Family> inConfig(String modelType) {
    return ALL.stream().filter(family -> family.configNames().contains(modelType)).findFirst();
  }

  /** The model types in configurations that are known. */
  public static List<String> configNames() {
    return ALL.stream().flatMap(family -> family.configNames().stream()).toList();
  }
}
