package dev.skipstone.tornado;

import dev.skipstone.model.Model;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.DeviceTraits;
import dev.skipstone.tornado.kernel.KernelProfile;
import dev.skipstone.tornado.kernel.KernelRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;

/**
 * The task graphs of one sequence's passes: one that begins a pass; for each {@link PassShape} one
 * for the attention and one for the MLP sublayers of each stack of layers; two that end a pass with
 * logits, of one row or of some; those of adapted passes, where there is an adapter; and one that
 * draws tokens from logits. A pass executes those that its path has, as often as it has them.
 *
 * <p>A graph takes device buffers over from the graph that was executed just before it. So the
 * pass's buffer and the residual stream go along with every step; weights and the cache are
 * uploaded by the graphs of the first shape, and the others' take them over once, when {@link
 * #setup} has them executed one behind the other.
 */
final class PassGraphs {
  static final String BEGIN = "begin";
  static final List<PassShape> END_SHAPES = List.of(PassShape.SINGLE, PassShape.FEW);
  private static final PassShape OWNER = PassShape.SINGLE;
  private static final String DRAW = "draw";

  enum Kind {
    ATTENTION,
    MLP
  }

  private final Model model;
  private final DeviceWeights weights;
  private final Activations activations;
  private final List<DeviceCache> caches;
  private final GraphSet graphs;
  private final Optional<AdaptedGraphs> adapted;

  /**
   * @param adapter of adapted passes, if there is one
   */
  PassGraphs(
      Model model,
      DeviceWeights weights,
      Optional<DeviceAdapter> adapter,
      Activations activations,
      DeviceTraits device,
      KernelProfile profile) {
    this.model = model;
    this.weights = weights;
    this.activations = activations;
    graphs = new GraphSet(device, profile);
    int room = activations.heads().positions();
    caches = weights.stacks().stream().map(stack -> DeviceCache.allocate(stack, room)).toList();
    addBegin();
    for (PassShape shape : PassShape.values()) {
      for (int stack = 0; stack < weights.stacks().size(); stack++) {
        addAttention(shape, stack);
        addMlp(shape, stack);
      }
    }
    END_SHAPES.forEach(this::addEnd);
    adapted =
        adapter.map(given -> new AdaptedGraphs(model, weights, given, caches, activations, graphs));
    List<String> ends =
        Stream.concat(
                END_SHAPES.stream().map(PassGraphs::endName),
                adapted.stream().map(AdaptedGraphs::endName))
            .toList();
    DrawGraph.build(graphs.add(DRAW), ends, activations, model.hyperParameters().vocabulary());
  }

  ImmutableTaskGraph[] snapshots() {
    return graphs.snapshots();
  }

  GridScheduler grids() {
    return graphs.grids();
  }

  /** Kernels of a graph. */
  int launches(int graph) {
    return graphs.launches(graph);
  }

  /**
   * The graphs of adapted passes between {@link #begin} and {@link #draw}; only with an adapter.
   */
  AdaptedGraphs adapted() {
    return adapted.orElseThrow();
  }

  /** The graph that begins a pass. */
  int begin() {
    return graphs.index(BEGIN);
  }

  /** The graph of an attention sublayer. */
  int attention(PassShape shape, int stack) {
    return graphs.index(name(Kind.ATTENTION, shape, stack));
  }

  /** The graph of an MLP sublayer. */
  int mlp(PassShape shape, int stack) {
    return graphs.index(name(Kind.MLP, shape, stack));
  }

  /** The graph that ends a pass with so many rows of logits. */
  int end(int logitRows) {
    return graphs.index(endName(PassShape.of(logitRows)));
  }

  /** The graph that draws tokens from the logits of the one just before. */
  int draw() {
    return graphs.index(DRAW);
  }

  /**
   * Graphs to execute one after the other, before any pass, so that each has its buffers; before
   * every graph that {@link #begin} does not lead to at once, its owner is.
   */
  List<Integer> setup() {
    List<Integer> order = new ArrayList<>();
    for (PassShape shape : PassShape.values()) {
      for (int stack = 0; stack < weights.stacks().size(); stack++) {
        for (Kind kind : Kind.values()) {
          order.add(begin());
          order.add(graphs.index(owner(kind, stack)));
          if (shape != OWNER) {
            order.add(graphs.index(name(kind, shape, stack)));
          }
        }
      }
    }
    adapted.ifPresent(also -> order.addAll(also.setup()));
    order.add(begin());
    END_SHAPES.forEach(shape -> order.add(graphs.index(endName(shape))));
    adapted.ifPresent(also -> order.add(also.end()));
    order.add(draw());
    return order;
  }

  /** The graph that uploads a sublayer's weights. */
  static String owner(Kind kind, int stack) {
    return name(kind, OWNER, stack);
  }

  private static String name(Kind kind, PassShape shape, int stack) {
    return "%s_%s_%d".formatted(kind, shape, stack).toLowerCase(Locale.ROOT);
  }

  static String endName(PassShape shape) {
    return "end_" + shape.name().toLowerCase(Locale.ROOT);
  }

  private Stream<String> sublayerNames(PassShape shape) {
    return Stream.of(Kind.values())
        .flatMap(kind ->
            Stream.iterate(0, i -> i + 1)
                .limit(weights.stacks().size())
                .map(stack -> name(kind, shape, stack)));
  }

  private void addBegin() {
    GraphBuilder begin = graphs.add(BEGIN);
    begin
        .graph()
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, activations.pass())
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, weights.embedding().arrays())
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, activations.residual());
    begin.add(KernelRegistry.EMBED, arguments(PassShape.CHUNK).embed(weights.embedding()));
    begin
        .graph()
        .persistOnDevice(activations.pass(), activations.residual())
        .persistOnDevice(weights.embedding().arrays());
  }

  /**
   * Starts a sublayer's graph: what it takes over from which graph, and what it uploads.
   *
   * @param owned weights and cache
   */
  private GraphBuilder sublayer(Kind kind, PassShape shape, int stack, Object... owned) {
    String name = name(kind, shape, stack);
    String owner = owner(kind, stack);
    GraphBuilder builder = graphs.add(name);
    builder.graph().consumeFromDevice(BEGIN, activations.pass(), activations.residual());
    sublayerNames(shape)
        .filter(other -> !other.equals(name))
        .forEach(other ->
            builder.graph().consumeFromDevice(other, activations.pass(), activations.residual()));
    if (shape == OWNER) {
      builder.graph().transferToDevice(DataTransferMode.FIRST_EXECUTION, owned);
    } else {
      builder.graph().consumeFromDevice(owner, activations.pass(), activations.residual());
      builder.graph().consumeFromDevice(owner, owned);
    }
    return builder;
  }

  private void finish(GraphBuilder builder, Object... owned) {
    builder.graph().persistOnDevice(activations.pass(), activations.residual());
    builder.graph().persistOnDevice(owned);
  }

  private PassArguments arguments(PassShape shape) {
    return PassArguments.of(model, activations, shape);
  }

  private void addAttention(PassShape shape, int stack) {
    SublayerWeights layer = weights.weights().get(stack).attention();
    DeviceCache cache = caches.get(stack);
    Object[] owned = cache.with(layer.arrays(), activations.angles());
    GraphBuilder builder = sublayer(Kind.ATTENTION, shape, stack, owned);
    new SublayerTasks(builder, arguments(shape))
        .addAttention(layer, cache, Optional.empty(), Optional.empty());
    finish(builder, owned);
  }

  private void addMlp(PassShape shape, int stack) {
    SublayerWeights layer = weights.weights().get(stack).mlp();
    Object[] owned = layer.arrays();
    GraphBuilder builder = sublayer(Kind.MLP, shape, stack, owned);
    new SublayerTasks(builder, arguments(shape)).addMlp(layer, Optional.empty(), Optional.empty());
    finish(builder, owned);
  }

  private void addEnd(PassShape shape) {
    GraphBuilder end = graphs.add(endName(shape));
    DeviceMatrix matrix = weights.output();
    Object[] head = matrix.arrays();
    Object[] shared = {activations.pass(), activations.residual()};
    end.graph().consumeFromDevice(BEGIN, shared);
    if (weights.tied()) {
      end.graph().consumeFromDevice(BEGIN, head);
    }
    for (PassShape before : PassShape.values()) {
      sublayerNames(before).forEach(name -> end.graph().consumeFromDevice(name, shared));
    }
    if (shape == OWNER) {
      end.graph().transferToDevice(DataTransferMode.FIRST_EXECUTION, weights.outputNorm());
      if (!weights.tied()) {
        end.graph().transferToDevice(DataTransferMode.FIRST_EXECUTION, head);
      }
    } else {
      end.graph().consumeFromDevice(endName(OWNER), shared);
      end.graph().consumeFromDevice(endName(OWNER), weights.outputNorm());
      end.graph().consumeFromDevice(endName(OWNER), head);
    }
    PassArguments pass = arguments(shape);
    end.add(KernelRegistry.OUTPUT_NORM, pass.norm(weights.outputNorm()));
    end.add(KernelRegistry.PROJECT, pass.output(matrix));
    pass.cap().ifPresent(cap -> end.add(KernelRegistry.CAP, cap));
    end.add(KernelRegistry.RANK, pass.rank());
    end.graph()
        .transferToHost(
            DataTransferMode.EVERY_EXECUTION, activations.best(), activations.probability())
        .transferToHost(DataTransferMode.UNDER_DEMAND, activations.logits())
        .persistOnDevice(shared);
    end.graph().persistOnDevice(head);
    end.graph().persistOnDevice(weights.outputNorm());
  }
}
