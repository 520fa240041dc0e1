package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.MatrixProduct;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.TensorRole;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.ArrayList;
import java.util.List;

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
  private final RotaryEmbedding rope;
  private final DraftAttention attention;
  private final SiluGate silu;
  private final List<Block> blocks = new ArrayList<>();
  private final List<LowRank> deltas = new ArrayList<>();
  private final List<AttentionContext> contexts = new ArrayList<>();
  private final List<Parameters.Tensor> scales = new ArrayList<>();

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
    int positions = maxTokens + shape.draftTokens();
    rope = new RotaryEmbedding(model.architecture().rope(), sizes, positions, workers);
    attention = new DraftAttention(sizes, maxTokens, shape.draftTokens(), workers);
    silu = new SiluGate(workers);
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

  /** Keys and values of each kept attention sublayer. */
  List<AttentionContext> contexts() {
    return contexts;
  }

  /** The scales of the bridges. */
  List<Parameters.Tensor> scales() {
    return scales;
  }

  private void addAttention(int layer) {
    AttentionContext context = new AttentionContext(layer, sizes, maxTokens);
    contexts.add(context);
    blocks.add(
        new AttentionBlock(
            norm(TensorRole.ATTENTION_NORM, layer),
            new AttentionBlock.Matrices(
                linear(TensorRole.ATTENTION_QUERY, layer, "wq"),
                linear(TensorRole.ATTENTION_KEY, layer, "wk"),
                linear(TensorRole.ATTENTION_VALUE, layer, "wv"),
                linear(TensorRole.ATTENTION_OUTPUT, layer, "wo")),
            rope,
            attention,
            context,
            scratch));
  }

  private void addMlp(int layer) {
    blocks.add(
        new MlpBlock(
            norm(TensorRole.MLP_NORM, layer),
            linear(TensorRole.MLP_GATE, layer, "wg"),
            linear(TensorRole.MLP_UP, layer, "wu"),
            linear(TensorRole.MLP_DOWN, layer, "wd"),
            silu,
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

  private RmsNorm norm(TensorRole role, int layer) {
    float[] weight = FrozenMatrix.decode(model.tensor(role, layer));
    return new RmsNorm(weight, sizes.normEpsilon(), maxRows, workers);
  }

  private Linear linear(TensorRole role, int layer, String name) {
    FrozenMatrix weight = FrozenMatrix.of(model.tensor(role, layer), shape.isTrained());
    if (!shape.isTrained()) {
      return new Linear(weight, null, product);
    }
    LowRank delta =
        lowRank(
            "layers.%d.%s".formatted(layer, name),
            weight.forward().steps(),
            weight.forward().columns(),
            shape.rank());
    return new Linear(weight, delta, product);
  }

  private LowRank lowRank(String name, int in, int out, int rank) {
    LowRank delta = new LowRank(parameters, name, in, out, rank, maxRows, product);
    deltas.add(delta);
    return delta;
  }
}
