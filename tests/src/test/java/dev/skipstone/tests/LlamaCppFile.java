package dev.skipstone.tests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.testing.FamilyCheckpoint;
import dev.skipstone.model.testing.FamilyCheckpoint.Weights;
import dev.skipstone.model.testing.GgufWriter;
import dev.skipstone.model.testing.MicroVocabulary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A family's checkpoint as a GGUF file: architecture, keys and tensors as llama.cpp's converter
 * names them, with what it changes in the weights.
 */
final class LlamaCppFile {
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("model.embed_tokens.", "token_embd.");
    NAMES.put("model.norm.", "output_norm.");
    NAMES.put("lm_head.", "output.");
    NAMES.put("model.layers.", "blk.");
    NAMES.put("input_layernorm.", "attn_norm.");
    NAMES.put("self_attn.q_proj.", "attn_q.");
    NAMES.put("self_attn.k_proj.", "attn_k.");
    NAMES.put("self_attn.v_proj.", "attn_v.");
    NAMES.put("self_attn.qkv_proj.", "attn_qkv.");
    NAMES.put("self_attn.o_proj.", "attn_output.");
    NAMES.put("self_attn.q_norm.", "attn_q_norm.");
    NAMES.put("self_attn.k_norm.", "attn_k_norm.");
    NAMES.put("pre_feedforward_layernorm.", "ffn_norm.");
    NAMES.put("post_feedforward_layernorm.", "post_ffw_norm.");
    NAMES.put("mlp.gate_proj.", "ffn_gate.");
    NAMES.put("mlp.up_proj.", "ffn_up.");
    NAMES.put("mlp.gate_up_proj.", "ffn_up.");
    NAMES.put("mlp.down_proj.", "ffn_down.");
    NAMES.put("shared_mlp.output_linear.", "ffn_down.");
  }

  private static final Map<String, String> ARCHITECTURES =
      Map.of(
          "mistral", "llama",
          "gemma3_text", "gemma3",
          "granitemoehybrid", "granite");

  private static final Set<String> PERMUTED = Set.of("llama", "granite", "smollm3");

  private final FamilyCheckpoint checkpoint;
  private final JsonNode config;
  private final String architecture;
  private final int heads;
  private final int keyValueHeads;
  private final int headSize;
  private final GgufWriter writer = new GgufWriter();

  private LlamaCppFile(FamilyCheckpoint checkpoint) {
    this.checkpoint = checkpoint;
    config = checkpoint.json().get("config");
    architecture = ARCHITECTURES.getOrDefault(checkpoint.type(), checkpoint.type());
    heads = config.get("num_attention_heads").asInt();
    keyValueHeads = config.path("num_key_value_heads").asInt(heads);
    headSize = config.path("head_dim").asInt(config.get("hidden_size").asInt() / heads);
  }

  /** Whether rows of queries and keys are in another order in the file. */
  static boolean permutes(FamilyCheckpoint checkpoint) {
    return PERMUTED.contains(new LlamaCppFile(checkpoint).architecture);
  }

  static Path write(FamilyCheckpoint checkpoint, Path file) {
    LlamaCppFile converted = new LlamaCppFile(checkpoint);
    converted.writeSizes();
    converted.writeMultipliers();
    converted.writeWindow();
    converted.writeRope();
    converted.writeTensors();
    return converted.writer.write(file);
  }

  private String key(String name) {
    return architecture + "." + name;
  }

  private void writeSizes() {
    int vocabulary = config.get("vocab_size").asInt();
    boolean shared = config.hasNonNull("shared_intermediate_size");
    writer
        .string("general.architecture", architecture)
        .string("general.name", checkpoint.name())
        .uint32(key("block_count"), config.get("num_hidden_layers").asInt())
        .uint32(key("context_length"), config.get("max_position_embeddings").asInt())
        .uint32(key("embedding_length"), config.get("hidden_size").asInt())
        .uint32(
            key("feed_forward_length"),
            config.get(shared ? "shared_intermediate_size" : "intermediate_size").asInt())
        .uint32(key("attention.head_count"), heads)
        .uint32(key("attention.head_count_kv"), keyValueHeads)
        .uint32(key("attention.key_length"), headSize)
        .uint32(key("attention.value_length"), headSize)
        .float32(key("attention.layer_norm_rms_epsilon"), config.get("rms_norm_eps").floatValue())
        .uint32(key("vocab_size"), vocabulary);
    new MicroVocabulary(vocabulary).writeTo(writer);
  }

  private void writeMultipliers() {
    Map.of(
            "embedding_multiplier", "embedding_scale",
            "attention_multiplier", "attention.scale",
            "residual_multiplier", "residual_scale",
            "logits_scaling", "logit_scale",
            "attn_logit_softcapping", "attn_logit_softcapping",
            "final_logit_softcapping", "final_logit_softcapping")
        .forEach((name, inFile) -> {
          if (config.hasNonNull(name)) {
            writer.float32(key(inFile), config.get(name).floatValue());
          }
        });
  }

  private void writeWindow() {
    if (config.hasNonNull("sliding_window") && config.path("use_sliding_window").asBoolean(true)) {
      writer.uint32(key("attention.sliding_window"), config.get("sliding_window").asInt());
    }
    if (config.hasNonNull("sliding_window_pattern")) {
      writer.uint32(
          key("attention.sliding_window_pattern"), config.get("sliding_window_pattern").asInt());
    }
  }

  private void writeRope() {
    JsonNode all = config.get("rope_parameters");
    JsonNode rope = all.has("full_attention") ? all.get("full_attention") : all;
    int dimensions = (int) (headSize * rope.path("partial_rotary_factor").asDouble(1));
    writer
        .uint32(key("rope.dimension_count"), dimensions)
        .float32(key("rope.freq_base"), rope.path("rope_theta").floatValue());
    String type = rope.get("rope_type").asText();
    float factor = rope.path("factor").floatValue();
    JsonNode original = rope.path("original_max_position_embeddings");
    switch (type) {
      case "default" -> {}
      case "linear" ->
          writer
              .string(key("rope.scaling.type"), "linear")
              .float32(key("rope.scaling.factor"), factor);
      case "yarn" ->
          writer
              .string(key("rope.scaling.type"), "yarn")
              .float32(key("rope.scaling.factor"), factor)
              .uint32(key("rope.scaling.original_context_length"), original.asInt());
      case "llama3" -> divisors("rope_freqs.weight", llama3Divisors(rope, dimensions));
      case "longrope" -> {
        double longer = config.get("max_position_embeddings").asDouble() / original.asDouble();
        writer
            .uint32(key("rope.scaling.original_context_length"), original.asInt())
            .float32(
                key("rope.scaling.attn_factor"),
                (float) Math.sqrt(1 + Math.log(longer) / Math.log(original.asDouble())));
        divisors("rope_factors_long.weight", Golden.doubles(rope.get("long_factor")));
        divisors("rope_factors_short.weight", Golden.doubles(rope.get("short_factor")));
      }
      default -> throw new IllegalArgumentException(type);
    }
  }

  private static double[] llama3Divisors(JsonNode rope, int dimensions) {
    double factor = rope.get("factor").asDouble();
    double low = rope.get("low_freq_factor").asDouble();
    double high = rope.get("high_freq_factor").asDouble();
    double original = rope.get("original_max_position_embeddings").asDouble();
    double[] divisors = new double[dimensions / 2];
    for (int i = 0; i < divisors.length; i++) {
      double turn = Math.pow(rope.get("rope_theta").asDouble(), -2.0 * i / dimensions);
      double length = 2 * Math.PI / turn;
      double smooth = (original / length - low) / (high - low);
      divisors[i] =
          length < original / high
              ? 1
              : length > original / low ? factor : 1 / ((1 - smooth) / factor + smooth);
    }
    return divisors;
  }

  private void divisors(String name, double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    writer.tensor(name, TensorType.F32, floats, floats.length);
  }

  private void writeTensors() {
    checkpoint
        .tensors()
        .forEach((name, tensor) -> {
          if (name.contains("shared_mlp.input_linear.")) {
            // Granite 4's gate and up are two tensors there.
            String layer = renamed(name).substring(0, renamed(name).indexOf("shared_mlp"));
            int half = tensor.values().length / 2;
            write(layer + "ffn_gate.weight", tensor, 0, half);
            write(layer + "ffn_up.weight", tensor, half, half);
          } else {
            Weights changed = changed(name, tensor);
            write(renamed(name), changed, 0, changed.values().length);
          }
        });
  }

  private void write(String name, Weights tensor, int from, int count) {
    float[] values = Arrays.copyOfRange(tensor.values(), from, from + count);
    if (tensor.shape().length == 1) {
      writer.tensor(name, TensorType.F32, values, values.length);
    } else {
      long columns = tensor.shape()[1];
      writer.tensor(name, TensorType.F16, values, values.length / columns, columns);
    }
  }

  private String renamed(String name) {
    String renamed = name;
    for (Map.Entry<String, String> entry : NAMES.entrySet()) {
      renamed = renamed.replace(entry.getKey(), entry.getValue());
    }
    boolean behind = Set.of("gemma2", "gemma3", "olmo2").contains(architecture);
    return renamed.replace(
        "post_attention_layernorm.", behind ? "post_attention_norm." : "ffn_norm.");
  }

  private Weights changed(String name, Weights tensor) {
    if (architecture.startsWith("gemma") && name.contains("norm")) {
      float[] values = tensor.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] += 1;
      }
      return new Weights(values, tensor.shape());
    }
    boolean query = name.contains("q_proj");
    return PERMUTED.contains(architecture) && (query || name.contains("k_proj"))
        ? permuted(tensor, query ? heads : keyValueHeads)
        : tensor;
  }

  /** Rows of a head in pairs: the i-th of its first half, the i-th of its second. */
  private static Weights permuted(Weights tensor, int heads) {
    float[] source = tensor.values();
    float[] target = new float[source.length];
    int columns = tensor.shape().length == 1 ? 1 : Math.toIntExact(tensor.shape()[1]);
    int headSize = source.length / columns / heads;
    for (int row = 0; row < source.length / columns; row++) {
      int i = row % headSize;
      int from = row - i + i % 2 * (headSize / 2) + i / 2;
      System.arraycopy(source, from * columns, target, row * columns, columns);
    }
    return new Weights(target, tensor.shape());
  }
}
