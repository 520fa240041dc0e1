package dev.skipstone.model.family;

import dev.skipstone.model.TensorRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What tensors are called in a format, {@code #} standing for the layer. A tensor with several
 * roles holds their rows one behind the other. Where a role has several names, the file decides.
 */
public final class TensorNames {
  /** The usual names in GGUF files. */
  static final TensorNames GGUF =
      new TensorNames()
          .with("token_embd.weight", TensorRole.TOKEN_EMBEDDING)
          .with("output_norm.weight", TensorRole.OUTPUT_NORM)
          .with("output.weight", TensorRole.OUTPUT)
          .with("blk.#.attn_norm.weight", TensorRole.ATTENTION_NORM)
          .with("blk.#.attn_q.weight", TensorRole.ATTENTION_QUERY)
          .with("blk.#.attn_k.weight", TensorRole.ATTENTION_KEY)
          .with("blk.#.attn_v.weight", TensorRole.ATTENTION_VALUE)
          .with("blk.#.attn_q.bias", TensorRole.ATTENTION_QUERY_BIAS)
          .with("blk.#.attn_k.bias", TensorRole.ATTENTION_KEY_BIAS)
          .with("blk.#.attn_v.bias", TensorRole.ATTENTION_VALUE_BIAS)
          .with("blk.#.attn_output.weight", TensorRole.ATTENTION_OUTPUT)
          .with("blk.#.attn_output.bias", TensorRole.ATTENTION_OUTPUT_BIAS)
          .with("blk.#.ffn_norm.weight", TensorRole.MLP_NORM)
          .with("blk.#.ffn_gate.weight", TensorRole.MLP_GATE)
          .with("blk.#.ffn_up.weight", TensorRole.MLP_UP)
          .with("blk.#.ffn_gate.bias", TensorRole.MLP_GATE_BIAS)
          .with("blk.#.ffn_up.bias", TensorRole.MLP_UP_BIAS)
          .with("blk.#.ffn_down.weight", TensorRole.MLP_DOWN)
          .with("blk.#.ffn_down.bias", TensorRole.MLP_DOWN_BIAS)
          .with("blk.#.attn_q_norm.weight", TensorRole.ATTENTION_QUERY_NORM)
          .with("blk.#.attn_k_norm.weight", TensorRole.ATTENTION_KEY_NORM)
          .with("blk.#.post_attention_norm.weight", TensorRole.ATTENTION_POST_NORM)
          .with("blk.#.post_ffw_norm.weight", TensorRole.MLP_POST_NORM);

  /** The usual names in Hugging Face checkpoints. */
  static final TensorNames HUGGING_FACE =
      new TensorNames()
          .with("model.embed_tokens.weight", TensorRole.TOKEN_EMBEDDING)
          .with("model.norm.weight", TensorRole.OUTPUT_NORM)
          .with("lm_head.weight", TensorRole.OUTPUT)
          .with("model.layers.#.input_layernorm.weight", TensorRole.ATTENTION_NORM)
          .with("model.layers.#.self_attn.q_proj.weight", TensorRole.ATTENTION_QUERY)
          .with("model.layers.#.self_attn.k_proj.weight", TensorRole.ATTENTION_KEY)
          .with("model.layers.#.self_attn.v_proj.weight", TensorRole.ATTENTION_VALUE)
          .with("model.layers.#.self_attn.q_proj.bias", TensorRole.ATTENTION_QUERY_BIAS)
          .with("model.layers.#.self_attn.k_proj.bias", TensorRole.ATTENTION_KEY_BIAS)
          .with("model.layers.#.self_attn.v_proj.bias", TensorRole.ATTENTION_VALUE_BIAS)
          .with("model.layers.#.self_attn.q_norm.weight", TensorRole.ATTENTION_QUERY_NORM)
          .with("model.layers.#.self_attn.k_norm.weight", TensorRole.ATTENTION_KEY_NORM)
          .with("model.layers.#.self_attn.o_proj.weight", TensorRole.ATTENTION_OUTPUT)
          .with("model.layers.#.self_attn.o_proj.bias", TensorRole.ATTENTION_OUTPUT_BIAS)
          .with("model.layers.#.post_attention_layernorm.weight", TensorRole.MLP_NORM)
          .with("model.layers.#.mlp.gate_proj.weight", TensorRole.MLP_GATE)
          .with("model.layers.#.mlp.up_proj.weight", TensorRole.MLP_UP)
          .with("model.layers.#.mlp.gate_proj.bias", TensorRole.MLP_GATE_BIAS)
          .with("model.layers.#.mlp.up_proj.bias", TensorRole.MLP_UP_BIAS)
          .with("model.layers.#.mlp.down_proj.weight", TensorRole.MLP_DOWN)
          .with("model.layers.#.mlp.down_proj.bias", TensorRole.MLP_DOWN_BIAS);

  private final Map<String, List<TensorRole>> roles = new LinkedHashMap<>();

  private TensorNames() {}

  /** These, and another one; or another meaning for one of these. */
  TensorNames with(String name, TensorRole... rolesOfRows) {
    TensorNames copy = new TensorNames();
    copy.roles.putAll(roles);
    copy.roles.put(name, List.of(rolesOfRows));
    return copy;
  }

  /**
   * A tensor that holds a role, with others maybe.
   *
   * @param name with {@code #} for the layer
   * @param roles in the order of their rows
   */
  public record Place(String name, List<TensorRole> roles) {
    /** The name in a layer. */
    public String name(int layer) {
      return name.replace("#", Integer.toString(layer));
    }
  }

  /**
   * Where files that are written have a role: where only this family has it, if it has it apart;
   * nowhere if the usual name means something else here.
   */
  public Optional<Place> place(TensorRole role) {
    return places(role).reversed().stream().findFirst();
  }

  /** Where a role can be, the usual place first. */
  List<Place> places(TensorRole role) {
    List<Place> places = new ArrayList<>();
    roles.forEach((name, held) -> {
      if (held.contains(role)) {
        places.add(new Place(name, held));
      }
    });
    return places;
  }
}
