package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.MatrixProduct;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Rope;
import dev.skipstone.model.TensorRole;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the blocks of a draft path: the kept sublayers in order, and a bridge over each gap. */
final class DraftBlocks {
  private final Model model;
  private final DraftShape shape;
  private final int maxRows;
  private final int maxTokens;
  private final Workers workers;
  private final MatrixProduct product;
  private final Parameters parameters;
  private final HyperParameters sizes;
  private final Scratch scratch;
  private final Map<Optional<Rope>, RotaryEmbedding> ropes = new HashMap<>();
  private final DraftAttention attention;
  private final ActivationGate activation;
  private final List<Block> blocks = new ArrayList<>();
  private final List<LowRank> deltas = new ArrayList<>();
  private final List<AttentionContext> contexts = new ArrayList<>();
  private final List<Parameters.Tensor> scales = new ArrayList<>();
  private final Workers.Task load = this::loadHead;
  private TargetStates loading;

  DraftBlocks(
      Model model,
      DraftShape shape,
      int maxRows,
      int maxTokens,
      Workers workers,
      MatrixProduct product,
      Parameters parameters) {
    this.model = model;
    this.shape = shape;
    this.maxRows = maxRows;
    this.maxTokens = maxTokens;
    this.workers = workers;
    this.product = product;
    this.parameters = parameters;
    sizes = model.hyperParameters();
    scratch = Scratch.allocate(sizes, maxRows);
    attention = new DraftAttention(sizes, maxTokens, shape.draftTokens(), workers);
    activation = new ActivationGate(model.architecture().activation(), workers);
    build();
  }

  private void build() {
    LayerPath path = shape.path();
    boolean gap = false;
    for (int layer = 0; layer < sizes.layers(); layer++) {
      if (path.runsAttention(layer)) {
        closeGap(gap, layer);
        addAttention(layer);
        gap = false;
      } else {
        gap = true;
      }
      if (path.runsMlp(layer)) {
        closeGap(gap, layer);
        addMlp(layer);
      }
      gap = !path.runsMlp(layer);
    }
    closeGap(gap, sizes.layers());
  }

  /** Blocks in the order in which the residual stream goes through them. */
  List<Block> blocks() {
    return blocks;
  }

  /** Every trained low-rank matrix. */
  List<LowRank> deltas() {
    return deltas;
  }

  /** Takes over the keys and values of a sequence, and the angles that it has. */
  void load(TargetStates states) {
    loading = states;
    ropes.values().forEach(rope -> rope.expect(states.length()));
    workers.run(contexts.size() * sizes.keyValueHeads(), load);
  }

  private void loadHead(int worker, int unit) {
    int heads = sizes.keyValueHeads();
    contexts.get(unit / heads).load(loading, unit % heads);
  }

  /** The scales of the bridges. */
  List<Parameters.Tensor> scales() {
    return scales;
  }

  private void addAttention(int layer) {
    AttentionContext context = new AttentionContext(layer, sizes, maxTokens);
    contexts.add(context);
    Optional<Rope> rope = sizes.attention().get(layer).rope();
    blocks.add(
        new AttentionBlock(
            input(TensorRole.ATTENTION_NORM, layer),
            heads(
                linear(TensorRole.ATTENTION_QUERY, TensorRole.ATTENTION_QUERY_BIAS, layer, "wq"),
                norm(TensorRole.ATTENTION_QUERY_NORM, layer, sizes.heads()),
                rope,
                sizes.heads()),
            heads(
                linear(TensorRole.ATTENTION_KEY, TensorRole.ATTENTION_KEY_BIAS, layer, "wk"),
                norm(TensorRole.ATTENTION_KEY_NORM, layer, sizes.keyValueHeads()),
                rope,
                sizes.keyValueHeads()),
            linear(TensorRole.ATTENTION_VALUE, TensorRole.ATTENTION_VALUE_BIAS, layer, "wv"),
            output(
                linear(TensorRole.ATTENTION_OUTPUT, TensorRole.ATTENTION_OUTPUT_BIAS, layer, "wo"),
                TensorRole.ATTENTION_POST_NORM,
                layer),
            attention,
            context,
            scratch));
  }

  private RotatedHeads heads(Linear matrix, RmsNorm norm, Optional<Rope> rope, int count) {
    return new RotatedHeads(matrix, norm, rotation(rope), count, sizes.headSize(), maxRows);
  }

  /** Layers that have the same RoPE share its angles. */
  private RotaryEmbedding rotation(Optional<Rope> rope) {
    int positions = maxTokens + shape.draftTokens();
    return ropes.computeIfAbsent(
        rope,
        any ->
            new RotaryEmbedding(
                model.architecture().rope(), any, sizes.headSize(), positions, workers));
  }

  private void addMlp(int layer) {
    blocks.add(
        new MlpBlock(
            input(TensorRole.MLP_NORM, layer),
            linear(TensorRole.MLP_GATE, TensorRole.MLP_GATE_BIAS, layer, "wg"),
            linear(TensorRole.MLP_UP, TensorRole.MLP_UP_BIAS, layer, "wu"),
            output(
                linear(TensorRole.MLP_DOWN, TensorRole.MLP_DOWN_BIAS, layer, "wd"),
                TensorRole.MLP_POST_NORM,
                layer),
            activation,
            scratch));
  }

  private void closeGap(boolean gap, int layer) {
    if (gap) {
      String name = "bridges." + layer;
      Parameters.Tensor scale = parameters.add(name + ".scale", 1, sizes.width(), false);
      scales.add(scale);
      LowRank delta = lowRank(name, sizes.width(), sizes.width(), shape.bridgeRank());
      blocks.add(new Bridge(parameters, scale, delta, maxRows));
    }
  }

  private SublayerInput input(TensorRole norm, int layer) {
    return new SublayerInput(norm(norm, layer, 1), scratch);
  }

  private SublayerOutput output(Linear projection, TensorRole norm, int layer) {
    return new SublayerOutput(projection, norm(norm, layer, 1), scratch);
  }

  /**
   * A norm; null where the model has none.
   *
   * @param most times that it is applied to a row
   */
  private RmsNorm norm(TensorRole role, int layer, int most) {
    return model
        .find(role, layer)
        .map(FrozenMatrix::decode)
        .map(weight -> new RmsNorm(weight, sizes.normEpsilon(), most * maxRows, workers))
        .orElse(null);
  }

  private Linear linear(TensorRole role, TensorRole biasRole, int layer, String name) {
    FrozenMatrix weight = FrozenMatrix.of(model.tensor(role, layer), shape.isTrained());
    float[] bias = model.find(biasRole, layer).map(FrozenMatrix::decode).orElse(null);
    if (!shape.isTrained()) {
      return new Linear(weight, bias, null, product);
    }
    LowRank delta =
        lowRank(
            "layers.%d.%s".formatted(layer, name),
            weight.forward().steps(),
            weight.forward().columns(),
            shape.rank());
    return new Linear(weight, bias, delta, product);
  }

  private LowRank lowRank(String name, int in, int out, int rank) {
    LowRank delta = new LowRank(parameters, name, in, out, rank, maxRows, product);
    deltas.add(delta);
    return delta;
  }
}
