package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.TensorRole;
import dev.skipstone.runtime.pass.AdapterWeights;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * What a draft adapter adds to a stack of layers, as it goes to the device; empty where it adds
 * nothing. Slots are the stack's kept sublayers of a kind, in order.
 *
 * @param attention layers whose attention block is kept
 * @param mlp layers whose MLP block is kept
 * @param attentionInput for queries, keys and values
 * @param mlpInput for gate and up
 */
record StackAdapter(
    List<Integer> attention,
    List<Integer> mlp,
    Optional<LowRankMatrix> attentionInput,
    Optional<LowRankMatrix> attentionOutput,
    Optional<LowRankMatrix> mlpInput,
    Optional<LowRankMatrix> mlpOutput) {

  /** Which tensors, of which layers. */
  private record Sources(
      LowRankMatrix.Source attentionInput,
      LowRankMatrix.Source attentionOutput,
      LowRankMatrix.Source mlpInput,
      LowRankMatrix.Source mlpOutput) {
    List<LowRankMatrix.Source> all() {
      return List.of(attentionInput, attentionOutput, mlpInput, mlpOutput);
    }
  }

  static StackAdapter load(LayerStack stack, AdapterWeights adapter) {
    Sources sources = sources(stack, adapter);
    return new StackAdapter(
        attention(stack, adapter),
        mlp(stack, adapter),
        load(sources.attentionInput),
        load(sources.attentionOutput),
        load(sources.mlpInput),
        load(sources.mlpOutput));
  }

  private static Optional<LowRankMatrix> load(LowRankMatrix.Source source) {
    return source.isEmpty() ? Optional.empty() : Optional.of(source.load());
  }

  /** Bytes of {@link #load} on the device. */
  static long bytes(LayerStack stack, AdapterWeights adapter) {
    return sources(stack, adapter).all().stream()
        .filter(source -> !source.isEmpty())
        .mapToLong(LowRankMatrix.Source::bytes)
        .sum();
  }

  /** Bytes of the largest of its arrays. */
  static long largestArray(LayerStack stack, AdapterWeights adapter) {
    return sources(stack, adapter).all().stream()
        .mapToLong(LowRankMatrix.Source::largestArray)
        .max()
        .orElseThrow();
  }

  /** Floats of a row of the products with the matrices down of one input. */
  static int lowWidth(LayerStack stack, AdapterWeights adapter) {
    return sources(stack, adapter).all().stream()
        .mapToInt(source -> source.rows().size() * source.rank())
        .max()
        .orElseThrow();
  }

  private static List<Integer> attention(LayerStack stack, AdapterWeights adapter) {
    return kept(stack, adapter.path()::runsAttention);
  }

  private static List<Integer> mlp(LayerStack stack, AdapterWeights adapter) {
    return kept(stack, adapter.path()::runsMlp);
  }

  private static List<Integer> kept(LayerStack stack, IntPredicate runs) {
    return stack.layers().stream().filter(runs::test).toList();
  }

  private static Sources sources(LayerStack stack, AdapterWeights adapter) {
    HyperParameters sizes = stack.model().hyperParameters();
    List<Integer> attention = attention(stack, adapter);
    List<Integer> mlp = mlp(stack, adapter);
    return new Sources(
        source(
            adapter,
            sizes,
            attention,
            TensorRole.ATTENTION_QUERY,
            TensorRole.ATTENTION_KEY,
            TensorRole.ATTENTION_VALUE),
        source(adapter, sizes, attention, TensorRole.ATTENTION_OUTPUT),
        source(adapter, sizes, mlp, TensorRole.MLP_GATE, TensorRole.MLP_UP),
        source(adapter, sizes, mlp, TensorRole.MLP_DOWN));
  }

  private static LowRankMatrix.Source source(
      AdapterWeights adapter, HyperParameters sizes, List<Integer> layers, TensorRole... roles) {
    List<TensorRole> all = List.of(roles);
    return new LowRankMatrix.Source(
        layers.stream()
            .map(layer -> all.stream().map(role -> adapter.delta(role, layer)).toList())
            .toList(),
        all.stream().map(role -> Math.toIntExact(role.shape(sizes).get(0))).toList(),
        Math.toIntExact(roles[0].shape(sizes).get(1)));
  }
}
