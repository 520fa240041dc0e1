package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.tornado.PassGraphs.Kind;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.KernelRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The task graphs of adapted passes, which have up to {@link PassShape#FEW}'s rows: one that gives
 * mask slots their embeddings; for each stack of layers one for the kept attention and one for the
 * kept MLP sublayers; one for bridges; and one that ends a pass with logits of the draft
 * vocabulary. They begin as other passes do, share the model's weights and cache with the graphs
 * that {@link PassGraphs} has, and upload the adapter's weights once.
 */
final class AdaptedGraphs {
  private static final PassShape SHAPE = PassShape.FEW;
  private static final String MASKS = "masks";
  private static final String BRIDGE = "bridge";
  private static final String END = "adapted_end";

  /**
   * A graph of the path.
   *
   * @param layer of the model
   * @param slot of what the adapter adds
   */
  record Step(int graph, int layer, int slot) {}

  /** A kind of sublayer of a stack. */
  private record Sublayer(Kind kind, int stack) {
    String name() {
      return "adapted_%s_%d".formatted(kind, stack).toLowerCase(Locale.ROOT);
    }
  }

  private final DeviceWeights weights;
  private final DeviceAdapter adapter;
  private final List<DeviceCache> caches;
  private final Activations activations;
  private final GraphSet graphs;
  private final PassArguments pass;
  private final Object[] shared;

  /** Products with matrices down. */
  private final FloatArray low;

  private final List<Sublayer> sublayers = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();

  AdaptedGraphs(
      Model model,
      DeviceWeights weights,
      DeviceAdapter adapter,
      List<DeviceCache> caches,
      Activations activations,
      GraphSet graphs) {
    this.weights = weights;
    this.adapter = adapter;
    this.caches = caches;
    this.graphs = graphs;
    HyperParameters sizes = model.hyperParameters();
    this.activations = activations.between(sizes, SHAPE.mostRows());
    pass = PassArguments.of(model, this.activations, SHAPE);
    shared = new Object[] {activations.pass(), activations.residual()};
    low = new FloatArray(SHAPE.mostRows() * adapter.lowWidth());
    for (int stack = 0; stack < adapter.stacks().size(); stack++) {
      if (!adapter.stacks().get(stack).attention().isEmpty()) {
        sublayers.add(new Sublayer(Kind.ATTENTION, stack));
      }
      if (!adapter.stacks().get(stack).mlp().isEmpty()) {
        sublayers.add(new Sublayer(Kind.MLP, stack));
      }
    }
    adapter.masks().ifPresent(masks -> addMasks(masks, sizes.width()));
    for (Sublayer sublayer : sublayers) {
      if (sublayer.kind == Kind.ATTENTION) {
        addAttention(sublayer);
      } else {
        addMlp(sublayer);
      }
    }
    adapter.bridges().ifPresent(this::addBridge);
    addEnd();
    for (int layer = 0; layer < sizes.layers(); layer++) {
      addSteps(layer);
    }
    addBridgeStep(sizes.layers());
  }

  /** The graph that gives mask slots their embeddings, where there are any. */
  int masks() {
    return graphs.index(MASKS);
  }

  /** Sublayers and bridges in their order. */
  List<Step> steps() {
    return steps;
  }

  /** The graph that ends a pass with logits. */
  int end() {
    return graphs.index(END);
  }

  /** What {@link DrawGraph} may follow. */
  String endName() {
    return END;
  }

  /** Graphs to execute one after the other, before any pass; {@link #end} comes later. */
  List<Integer> setup() {
    int begin = graphs.index(PassGraphs.BEGIN);
    List<Integer> order = new ArrayList<>();
    for (Sublayer sublayer : sublayers) {
      order.add(begin);
      order.add(graphs.index(PassGraphs.owner(sublayer.kind, sublayer.stack)));
      order.add(graphs.index(sublayer.name()));
    }
    others()
        .forEach(name -> {
          order.add(begin);
          order.add(graphs.index(name));
        });
    return order;
  }

  /** Graphs between a pass's begin and end that are no sublayers. */
  private Stream<String> others() {
    return Stream.concat(
        adapter.masks().stream().map(_ -> MASKS), adapter.bridges().stream().map(_ -> BRIDGE));
  }

  private void addSteps(int layer) {
    addBridgeStep(layer);
    for (int stack = 0; stack < weights.stacks().size(); stack++) {
      StackAdapter extras = adapter.stacks().get(stack);
      addStep(new Sublayer(Kind.ATTENTION, stack), layer, extras.attention().indexOf(layer));
      addStep(new Sublayer(Kind.MLP, stack), layer, extras.mlp().indexOf(layer));
    }
  }

  /**
   * @param slot below 0 where the layer's sublayer is not kept, or is in another stack
   */
  private void addStep(Sublayer sublayer, int layer, int slot) {
    if (slot >= 0) {
      steps.add(new Step(graphs.index(sublayer.name()), layer, slot));
    }
  }

  private void addBridgeStep(int layer) {
    int slot = adapter.bridges().map(bridges -> bridges.layers().indexOf(layer)).orElse(-1);
    if (slot >= 0) {
      steps.add(new Step(graphs.index(BRIDGE), 0, slot));
    }
  }

  /**
   * Starts a graph.
   *
   * @param owned what it uploads
   */
  private GraphBuilder graph(String name, Object... owned) {
    GraphBuilder builder = graphs.add(name);
    Stream<String> between = Stream.concat(sublayers.stream().map(Sublayer::name), others());
    Stream.concat(Stream.of(PassGraphs.BEGIN), between)
        .filter(other -> !other.equals(name))
        .forEach(other -> builder.graph().consumeFromDevice(other, shared));
    if (owned.length > 0) {
      builder.graph().transferToDevice(DataTransferMode.FIRST_EXECUTION, owned);
      builder.graph().persistOnDevice(owned);
    }
    builder.graph().persistOnDevice(shared);
    return builder;
  }

  /**
   * Lets a graph take over what another one has on the device.
   *
   * @param taken besides what all graphs share
   */
  private void takeOver(GraphBuilder builder, String owner, Object... taken) {
    builder.graph().consumeFromDevice(owner, shared);
    builder.graph().consumeFromDevice(owner, taken);
    builder.graph().persistOnDevice(taken);
  }

  private void addMasks(FloatArray masks, int width) {
    graph(MASKS, masks)
        .add(
            KernelRegistry.PLACE_MASKS,
            new Arguments.PlaceMasks(
                activations.pass(), masks, activations.residual(), width, SHAPE.mostRows()));
  }

  private void addAttention(Sublayer sublayer) {
    SublayerWeights layer = weights.weights().get(sublayer.stack).attention();
    StackAdapter extras = adapter.stacks().get(sublayer.stack);
    DeviceCache cache = caches.get(sublayer.stack);
    GraphBuilder builder =
        graph(sublayer.name(), arrays(extras.attentionInput(), extras.attentionOutput()));
    takeOver(
        builder,
        PassGraphs.owner(sublayer.kind, sublayer.stack),
        cache.with(layer.arrays(), activations.angles()));
    new SublayerTasks(builder, pass)
        .addAttention(
            layer, cache, addition(extras.attentionInput()), addition(extras.attentionOutput()));
  }

  private void addMlp(Sublayer sublayer) {
    SublayerWeights layer = weights.weights().get(sublayer.stack).mlp();
    StackAdapter extras = adapter.stacks().get(sublayer.stack);
    GraphBuilder builder = graph(sublayer.name(), arrays(extras.mlpInput(), extras.mlpOutput()));
    takeOver(builder, PassGraphs.owner(sublayer.kind, sublayer.stack), layer.arrays());
    new SublayerTasks(builder, pass)
        .addMlp(layer, addition(extras.mlpInput()), addition(extras.mlpOutput()));
  }

  private Optional<SublayerTasks.Addition> addition(Optional<LowRankMatrix> matrix) {
    return matrix.map(one -> new SublayerTasks.Addition(one, low));
  }

  private static Object[] arrays(Optional<LowRankMatrix> input, Optional<LowRankMatrix> output) {
    return Stream.of(input, output)
        .flatMap(Optional::stream)
        .flatMap(LowRankMatrix::arrays)
        .toArray();
  }

  private void addBridge(BridgeWeights bridges) {
    LowRankMatrix delta = bridges.delta();
    Object[] owned = Stream.concat(delta.arrays(), Stream.of(bridges.scale())).toArray();
    GraphBuilder builder = graph(BRIDGE, owned);
    builder.add(
        KernelRegistry.LOWER,
        new Arguments.Lower(
            activations.pass(), delta.down(), activations.residual(), low, SHAPE.mostRows()));
    builder.add(
        KernelRegistry.CROSS,
        new Arguments.Cross(
            activations.pass(),
            bridges.scale(),
            delta.up(),
            low,
            activations.residual(),
            SHAPE.mostRows()));
  }

  private void addEnd() {
    DeviceMatrix matrix = weights.output();
    GraphBuilder end = graph(END, adapter.scored());
    String owner = PassGraphs.endName(SHAPE);
    takeOver(end, owner, matrix.arrays());
    takeOver(end, owner, weights.outputNorm());
    end.graph().consumeFromDevice(owner, activations.logits());
    end.add(KernelRegistry.OUTPUT_NORM, pass.norm(weights.outputNorm()));
    boolean fused = end.tryAdd(KernelRegistry.PROJECT_SOME, pass.output(matrix, adapter.scored()));
    if (!fused) {
      end.add(KernelRegistry.PROJECT, pass.output(matrix));
      end.add(KernelRegistry.LEAVE_OUT, pass.leaveOut(adapter.scored()));
    }
    pass.cap().ifPresent(cap -> end.add(KernelRegistry.CAP, cap));
    end.add(KernelRegistry.RANK, pass.rank());
    end.graph()
        .transferToHost(
            DataTransferMode.EVERY_EXECUTION, activations.best(), activations.probability())
        .transferToHost(DataTransferMode.UNDER_DEMAND, activations.logits());
  }
}
