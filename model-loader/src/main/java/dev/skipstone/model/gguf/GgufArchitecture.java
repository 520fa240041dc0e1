package dev.skipstone.model.gguf;

import dev.skipstone.model.Architecture;
import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.TensorRole;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How GGUF files of one architecture name their tensors. A new architecture is one more of these in
 * {@link #KNOWN}.
 *
 * @param tensorNames the name for each role, {@code #} standing for the layer
 */
record GgufArchitecture(Architecture architecture, Map<TensorRole, String> tensorNames) {
  private static final List<GgufArchitecture> KNOWN =
      List.of(new GgufArchitecture(new Architecture("llama", RopePairing.ADJACENT), usualNames()));

  /** The description of an architecture; empty where there is none. */
  static Optional<GgufArchitecture> of(String name) {
    return KNOWN.stream().filter(known -> known.architecture().name().equals(name)).findFirst();
  }

  /** Names of all that are described. */
  static List<String> names() {
    return KNOWN.stream().map(known -> known.architecture().name()).toList();
  }

  String name() {
    return architecture.name();
  }

  /** The name of a tensor in the file. */
  String tensorName(TensorRole role, int layer) {
    return tensorNames.get(role).replace("#", Integer.toString(layer));
  }

  private static Map<TensorRole, String> usualNames() {
    Map<TensorRole, String> names = new EnumMap<>(TensorRole.class);
    names.put(TensorRole.TOKEN_EMBEDDING, "token_embd.weight");
    names.put(TensorRole.OUTPUT_NORM, "output_norm.weight");
    names.put(TensorRole.OUTPUT, "output.weight");
    names.put(TensorRole.ATTENTION_NORM, "blk.#.attn_norm.weight");
    names.put(TensorRole.ATTENTION_QUERY, "blk.#.attn_q.weight");
    names.put(TensorRole.ATTENTION_KEY, "blk.#.attn_k.weight");
    names.put(TensorRole.ATTENTION_VALUE, "blk.#.attn_v.weight");
    names.put(TensorRole.ATTENTION_OUTPUT, "blk.#.attn_output.weight");
    names.put(TensorRole.MLP_NORM, "blk.#.ffn_norm.weight");
    names.put(TensorRole.MLP_GATE, "blk.#.ffn_gate.weight");
    names.put(TensorRole.MLP_UP, "blk.#.ffn_up.weight");
    names.put(TensorRole.MLP_DOWN, "blk.#.ffn_down.weight");
    return Map.copyOf(names);
  }
}
