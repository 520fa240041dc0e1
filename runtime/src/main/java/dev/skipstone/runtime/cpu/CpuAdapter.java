package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.AdapterWeights.LowRank;
import dev.skipstone.runtime.pass.TokenBlocks;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A draft adapter's weights in memory.
 *
 * @param source what they were read from
 * @param masks embeddings of the mask slots, [slots][width]
 * @param bridges before each layer and before the output's norm; null for none
 * @param forms of a model's activations with this adapter
 * @param lowForms that products with up matrices take their inputs in
 * @param lowWidth columns of the up matrix of the highest rank; 0 without any
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
record CpuAdapter(
    AdapterWeights source,
    float[][] masks,
    List<Layer> layers,
    Bridge[] bridges,
    ActivationForms forms,
    Set<ActivationForm> lowForms,
    int lowWidth) {

  private static final List<TensorRole> INPUT =
      List.of(TensorRole.ATTENTION_QUERY, TensorRole.ATTENTION_KEY, TensorRole.ATTENTION_VALUE);
  private static final List<TensorRole> OUTPUT = List.of(TensorRole.ATTENTION_OUTPUT);
  private static final List<TensorRole> GATE_AND_UP =
      List.of(TensorRole.MLP_GATE, TensorRole.MLP_UP);
  private static final List<TensorRole> DOWN = List.of(TensorRole.MLP_DOWN);

  /** Deltas of a layer's projections. */
  record Layer(
      LowRankDeltas input,
      LowRankDeltas attentionOutput,
      LowRankDeltas gateAndUp,
      LowRankDeltas down) {
    /** No deltas. */
    static final Layer NONE =
        new Layer(LowRankDeltas.NONE, LowRankDeltas.NONE, LowRankDeltas.NONE, LowRankDeltas.NONE);
  }

  /**
   * @param scale of the residual stream's length, filled up with zeros
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  record Bridge(float[] scale, LowRankDeltas delta) {}

  /**
   * Reads an adapter.
   *
   * @param stride length of the residual stream's rows
   */
  static CpuAdapter load(
      AdapterWeights source, CpuWeights weights, int stride, WorkerPool pool, Arena arena) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < weights.layers().size(); i++) {
      CpuWeights.Layer layer = weights.layers().get(i);
      layers.add(
          new Layer(
              LowRankDeltas.load(deltas(source, INPUT, i), layer.input(), pool, arena),
              LowRankDeltas.load(deltas(source, OUTPUT, i), layer.attentionOutput(), pool, arena),
              LowRankDeltas.load(deltas(source, GATE_AND_UP, i), layer.gateAndUp(), pool, arena),
              LowRankDeltas.load(deltas(source, DOWN, i), layer.down(), pool, arena)));
    }
    Bridge[] bridges = new Bridge[layers.size() + 1];
    for (int i = 0; i < bridges.length; i++) {
      bridges[i] =
          source
              .bridge(i)
              .map(bridge ->
                  new Bridge(
                      values(bridge.scale(), stride),
                      LowRankDeltas.load(bridge.delta(), stride, pool, arena)))
              .orElse(null);
    }
    return new CpuAdapter(
        source,
        masks(source),
        layers,
        bridges,
        forms(weights.forms(), source),
        lowForms(source),
        lowWidth(source));
  }

  private static List<Optional<LowRank>> deltas(
      AdapterWeights source, List<TensorRole> roles, int layer) {
    return roles.stream().map(role -> source.delta(role, layer)).toList();
  }

  private static float[][] masks(AdapterWeights source) {
    float[][] masks = new float[source.maskCount()][];
    source
        .masks()
        .ifPresent(tensor -> {
          int width = Math.toIntExact(tensor.columns());
          float[] all = values(tensor, masks.length * width);
          for (int i = 0; i < masks.length; i++) {
            masks[i] = new float[width];
            System.arraycopy(all, i * width, masks[i], 0, width);
          }
        });
    return masks;
  }

  private static float[] values(Tensor tensor, int length) {
    float[] values = new float[length];
    int[] next = {0};
    tensor.forEachValue((piece, count) -> {
      System.arraycopy(piece, 0, values, next[0], count);
      next[0] += count;
    });
    return values;
  }

  /** Bytes that {@link #load} takes. */
  static long bytes(AdapterWeights source) {
    long floats = source.masks().map(masks -> masks.rows() * masks.columns()).orElse(0L);
    for (int i = 0; i <= source.path().layers(); i++) {
      floats += source.bridge(i).map(bridge -> bridge.scale().columns()).orElse(0L);
    }
    return floats * Float.BYTES + lowRanks(source).mapToLong(LowRankDeltas::bytes).sum();
  }

  private static Stream<LowRank> lowRanks(AdapterWeights source) {
    List<LowRank> all = new ArrayList<>();
    for (int i = 0; i <= source.path().layers(); i++) {
      source.bridge(i).flatMap(AdapterWeights.Bridge::delta).ifPresent(all::add);
      for (TensorRole role : i < source.path().layers() ? matrices() : List.<TensorRole>of()) {
        source.delta(role, i).ifPresent(all::add);
      }
    }
    return all.stream();
  }

  private static List<TensorRole> matrices() {
    return Stream.of(INPUT, OUTPUT, GATE_AND_UP, DOWN).flatMap(List::stream).toList();
  }

  private static Set<ActivationForm> lowForms(AdapterWeights source) {
    Set<ActivationForm> forms = EnumSet.noneOf(ActivationForm.class);
    lowRanks(source).forEach(delta -> forms.addAll(LowRankDeltas.upForms(Optional.of(delta))));
    return forms;
  }

  private static int lowWidth(AdapterWeights source) {
    return lowRanks(source)
        .mapToInt(delta -> Math.toIntExact(delta.up().columns()))
        .max()
        .orElse(0);
  }

  /** Bytes of a session besides those that it takes in any case. */
  static long scratchBytes(AdapterWeights source, int rows) {
    return LowRankDeltas.MOST_MATRICES
        * Activations.bytes(rows, lowWidth(source), lowForms(source));
  }

  /** The tokens that can be drafted. */
  TokenBlocks vocabulary() {
    return source.vocabulary();
  }

  /** Buffers for the products with down matrices, one for each matrix that shares an input. */
  Activations[] allocateLow(int rows) {
    Activations[] low = new Activations[LowRankDeltas.MOST_MATRICES];
    for (int i = 0; i < low.length; i++) {
      low[i] = Activations.allocate(rows, lowWidth, lowForms);
    }
    return low;
  }

  /** Forms of a model's activations with an adapter: the model's own, and the adapter's. */
  static ActivationForms forms(ActivationForms model, AdapterWeights source) {
    int layers = source.path().layers();
    ActivationForms forms = new ActivationForms();
    forms.normed().addAll(model.normed());
    forms.attended().addAll(model.attended());
    forms.gated().addAll(model.gated());
    for (int i = 0; i < layers; i++) {
      for (TensorRole role : matrices()) {
        Set<ActivationForm> target =
            switch (role) {
              case ATTENTION_OUTPUT -> forms.attended();
              case MLP_DOWN -> forms.gated();
              default -> forms.normed();
            };
        target.addAll(LowRankDeltas.downForms(source.delta(role, i)));
      }
    }
    for (int i = 0; i <= layers; i++) {
      Optional<LowRank> delta = source.bridge(i).flatMap(AdapterWeights.Bridge::delta);
      // The buffers of the normed stream serve a bridge's input too.
      forms.normed().addAll(LowRankDeltas.downForms(delta));
    }
    return forms;
  }
}
