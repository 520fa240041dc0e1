package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.DeviceTraits;
import dev.skipstone.tornado.kernel.KernelProfile;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The task graphs of one sequence's passes: one that begins a pass; for each {@link PassShape} one
 * for the attention and one for the MLP sublayers of each stack of layers; two that end a pass with
 * logits, of one row or of some; and one that draws tokens from them. A pass executes those that
 * its path has, as often as it has them.
 *
 * <p>A graph takes device buffers over from the graph that was executed just before it. So the
 * pass's buffer and the residual stream go along with every step; weights and the cache are
 * uploaded by the graphs of the first shape, and the others' take them over once, when {@link
 * #setup} has them executed one behind the other.
 */
final class PassGraphs {
  private static final PassShape OWNER = PassShape.SINGLE;
  static final List<PassShape> END_SHAPES = List.of(PassShape.SINGLE, PassShape.FEW);
  private static final String BEGIN = "begin";
  private static final String DRAW = "draw";

  private enum Kind {
    ATTENTION,
    MLP
  }

  private final HyperParameters sizes;
  private final DeviceWeights weights;
  private final Activations activations;
  private final List<DeviceCache> caches;
  private final DeviceTraits device;
  private final KernelProfile profile;
  private final GridScheduler grids = new GridScheduler();
  private final List<GraphBuilder> graphs = new ArrayList<>();

  PassGraphs(
      Model model,
      DeviceWeights weights,
      Activations activations,
      DeviceTraits device,
      KernelProfile profile) {
    sizes = model.hyperParameters();
    this.weights = weights;
    this.activations = activations;
    this.device = device;
    this.profile = profile;
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
    List<String> ends = END_SHAPES.stream().map(PassGraphs::endName).toList();
    DrawGraph.build(graph(DRAW), ends, activations, sizes.vocabulary());
  }

  ImmutableTaskGraph[] snapshots() {
    return graphs.stream()
        .map(builder -> builder.graph().snapshot())
        .toArray(ImmutableTaskGraph[]::new);
  }

  GridScheduler grids() {
    return grids;
  }

  /** Kernels of a graph. */
  int launches(int graph) {
    return graphs.get(graph).launches();
  }

  /** The graph that begins a pass. */
  int begin() {
    return index(BEGIN);
  }

  /** The graph of an attention sublayer. */
  int attention(PassShape shape, int stack) {
    return index(name(Kind.ATTENTION, shape, stack));
  }

  /** The graph of an MLP sublayer. */
  int mlp(PassShape shape, int stack) {
    return index(name(Kind.MLP, shape, stack));
  }

  /** The graph that ends a pass with so many rows of logits. */
  int end(int logitRows) {
    return index(endName(PassShape.of(logitRows)));
  }

  /** The graph that draws tokens from the logits of the one just before. */
  int draw() {
    return index(DRAW);
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
          order.add(index(name(kind, OWNER, stack)));
          if (shape != OWNER) {
            order.add(index(name(kind, shape, stack)));
          }
        }
      }
    }
    order.add(begin());
    END_SHAPES.forEach(shape -> order.add(index(endName(shape))));
    order.add(draw());
    return order;
  }

  private int index(String name) {
    for (int i = 0; i < graphs.size(); i++) {
      if (graphs.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("there is no graph " + name);
  }

  private static String name(Kind kind, PassShape shape, int stack) {
    return "%s_%s_%d".formatted(kind, shape, stack).toLowerCase(Locale.ROOT);
  }

  private static String endName(PassShape shape) {
    return "end_" + shape.name().toLowerCase(Locale.ROOT);
  }

  private Stream<String> sublayerNames(PassShape shape) {
    return Stream.of(Kind.values())
        .flatMap(kind ->
            Stream.iterate(0, i -> i + 1)
                .limit(weights.stacks().size())
                .map(stack -> name(kind, shape, stack)));
  }

  private GraphBuilder graph(String name) {
    GraphBuilder builder = new GraphBuilder(name, device, profile, grids);
    graphs.add(builder);
    return builder;
  }

  private void addBegin() {
    GraphBuilder begin = graph(BEGIN);
    begin
        .graph()
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, activations.pass())
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, weights.embedding().arrays())
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, activations.residual());
    begin.add(
        KernelRegistry.EMBED,
        new Arguments.Embed(
            activations.pass(),
            weights.embedding(),
            activations.residual(),
            PassShape.CHUNK.mostRows()));
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
    String owner = name(kind, OWNER, stack);
    GraphBuilder builder = graph(name);
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

  private static Object[] with(List<DeviceMatrix> matrices, Object... others) {
    Stream<Object> arrays = matrices.stream().flatMap(matrix -> Stream.of(matrix.arrays()));
    return Stream.concat(arrays, Stream.of(others)).toArray();
  }

  private void addAttention(PassShape shape, int stack) {
    StackWeights layer = weights.weights().get(stack);
    DeviceCache cache = caches.get(stack);
    Object[] owned =
        with(
            List.of(layer.attentionInput(), layer.attentionOutput()),
            layer.attentionNorm(),
            cache.keys(),
            cache.values(),
            activations.angles());
    GraphBuilder builder = sublayer(Kind.ATTENTION, shape, stack, owned);
    int most = shape.mostRows();
    boolean fused =
        builder.tryAdd(
            KernelRegistry.NORM_AND_PROJECT,
            new Arguments.NormAndProject(
                activations.pass(),
                activations.residual(),
                layer.attentionNorm(),
                layer.attentionInput(),
                activations.projected(),
                sizes.normEpsilon(),
                most));
    if (!fused) {
      addNorm(builder, layer.attentionNorm(), most);
      builder.add(
          KernelRegistry.PROJECT,
          project(layer.attentionInput(), activations.normed(), activations.projected(), most));
    }
    builder.add(
        KernelRegistry.ROTATE,
        new Arguments.Rotate(
            activations.pass(),
            activations.projected(),
            activations.angles(),
            cache.keys(),
            cache.values(),
            activations.heads(),
            most));
    builder.add(
        KernelRegistry.ATTEND,
        new Arguments.Attend(
            activations.pass(),
            activations.projected(),
            cache.keys(),
            cache.values(),
            activations.attended(),
            activations.heads(),
            most));
    projectToResidual(builder, layer.attentionOutput(), activations.attended(), most);
    finish(builder, owned);
  }

  private void addMlp(PassShape shape, int stack) {
    StackWeights layer = weights.weights().get(stack);
    Object[] owned = with(List.of(layer.mlpInput(), layer.mlpOutput()), layer.mlpNorm());
    GraphBuilder builder = sublayer(Kind.MLP, shape, stack, owned);
    int most = shape.mostRows();
    addNorm(builder, layer.mlpNorm(), most);
    boolean gated =
        builder.tryAdd(
            KernelRegistry.PROJECT_AND_GATE,
            project(layer.mlpInput(), activations.normed(), activations.gated(), most));
    if (!gated) {
      builder.add(
          KernelRegistry.PROJECT,
          project(layer.mlpInput(), activations.normed(), activations.gateAndUp(), most));
      builder.add(
          KernelRegistry.GATE,
          new Arguments.Gate(
              activations.pass(),
              activations.gateAndUp(),
              activations.gated(),
              sizes.hidden(),
              most));
    }
    projectToResidual(builder, layer.mlpOutput(), activations.gated(), most);
    finish(builder, owned);
  }

  private void addNorm(GraphBuilder builder, FloatArray weight, int most) {
    builder.add(
        KernelRegistry.NORM,
        new Arguments.Norm(
            activations.pass(),
            activations.residual(),
            weight,
            activations.normed(),
            sizes.width(),
            sizes.normEpsilon(),
            most));
  }

  private void projectToResidual(
      GraphBuilder builder, DeviceMatrix matrix, FloatArray input, int most) {
    boolean added =
        builder.tryAdd(
            KernelRegistry.PROJECT_AND_ADD, project(matrix, input, activations.residual(), most));
    if (!added) {
      builder.add(KernelRegistry.PROJECT, project(matrix, input, activations.update(), most));
      builder.add(
          KernelRegistry.ADD,
          new Arguments.Add(
              activations.pass(),
              activations.update(),
              activations.residual(),
              sizes.width(),
              most));
    }
  }

  private Arguments.Project project(
      DeviceMatrix matrix, FloatArray input, FloatArray output, int most) {
    return new Arguments.Project(
        activations.pass(), matrix, input, output, PassBuffer.ROWS, PassBuffer.LAYER, most);
  }

  private void addEnd(PassShape shape) {
    GraphBuilder end = graph(endName(shape));
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
    int most = shape.mostRows();
    end.add(
        KernelRegistry.OUTPUT_NORM,
        new Arguments.Norm(
            activations.pass(),
            activations.residual(),
            weights.outputNorm(),
            activations.normed(),
            sizes.width(),
            sizes.normEpsilon(),
            most));
    end.add(
        KernelRegistry.PROJECT,
        new Arguments.Project(
            activations.pass(),
            matrix,
            activations.normed(),
            activations.logits(),
            PassBuffer.LOGIT_ROWS,
            PassBuffer.NO_LAYER,
            most));
    end.add(
        KernelRegistry.RANK,
        new Arguments.Rank(
            activations.pass(),
            activations.logits(),
            activations.best(),
            activations.probability(),
            sizes.vocabulary(),
            most));
    end.graph()
        .transferToHost(
            DataTransferMode.EVERY_EXECUTION, activations.best(), activations.probability())
        .transferToHost(DataTransferMode.UNDER_DEMAND, activations.logits())
        .persistOnDevice(shared);
    end.graph().persistOnDevice(head);
    end.graph().persistOnDevice(weights.outputNorm());
  }
}
