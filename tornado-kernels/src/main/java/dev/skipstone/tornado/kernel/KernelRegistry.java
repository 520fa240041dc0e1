package dev.skipstone.tornado.kernel;

import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.ToIntFunction;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Every operation and its kernels. A new kernel is one method, and one line here.
 *
 * <p>Kernels by group are for devices whose groups share work. Of a projection's kernels, those that
 * serve passes of one row and of a few give every row the same bits; {@code tiled} is for prompts
 * only.
 */
public final class KernelRegistry {
  /** Most rows of a pass that decodes, and must not differ from decoding row by row. */
  public static final int FEW_ROWS = PassBuffer.MAX_LOGIT_ROWS;

  /** Work-items of a group of a kernel that needs no groups. */
  private static final int ITEMS = 64;

  public static final Operation<Arguments.Embed> EMBED =
      new Operation<>(
          "embed",
          List.of(
              byItem(
                  "embed",
                  anywhere(),
                  a -> a.most() * a.matrix().columns(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          EmbeddingKernels::embed,
                          context,
                          a.pass(),
                          a.matrix().words(),
                          a.matrix().floats(),
                          a.residual(),
                          a.matrix().encoding(),
                          a.matrix().columns()))));

  public static final Operation<Arguments.Norm> NORM =
      new Operation<>(
          "norm",
          List.of(
              byGroup(
                  "normByGroup",
                  whereGroupsShareWork(),
                  Arguments::most,
                  NormKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          NormKernels::normByGroup,
                          context,
                          a.pass(),
                          a.residual(),
                          a.weight(),
                          a.normed(),
                          a.width(),
                          a.epsilon())),
              byItem(
                  "normByItem",
                  anywhere(),
                  Arguments::most,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          NormKernels::normByItem,
                          context,
                          a.pass(),
                          a.residual(),
                          a.weight(),
                          a.normed(),
                          a.width(),
                          a.epsilon()))));

  public static final Operation<Arguments.Norm> OUTPUT_NORM =
      new Operation<>(
          "output norm",
          List.of(
              byGroup(
                  "outputNormByGroup",
                  whereGroupsShareWork(),
                  Arguments::most,
                  NormKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          NormKernels::outputNormByGroup,
                          context,
                          a.pass(),
                          a.residual(),
                          a.weight(),
                          a.normed(),
                          a.width(),
                          a.epsilon())),
              byItem(
                  "outputNormByItem",
                  anywhere(),
                  Arguments::most,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          NormKernels::outputNormByItem,
                          context,
                          a.pass(),
                          a.residual(),
                          a.weight(),
                          a.normed(),
                          a.width(),
                          a.epsilon()))));

  public static final Operation<Arguments.Project> PROJECT =
      new Operation<>(
          "project",
          List.of(
              byGroup(
                  "projectTiled",
                  (device, a) -> device.groupsShareWork() && a.most() > FEW_ROWS,
                  a ->
                      tiles(a.matrix().rows(), ProjectionKernels.SIDE)
                          * tiles(a.most(), ProjectionKernels.SIDE),
                  ProjectionKernels.SIDE * ProjectionKernels.SIDE,
                  project(ProjectionKernels::projectTiled)),
              byGroup(
                  "projectFourByGroup",
                  (device, a) -> device.groupsShareWork() && a.most() > 1,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::projectFourByGroup)),
              byGroup(
                  "projectByGroup",
                  whereGroupsShareWork(),
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::projectByGroup)),
              byItem(
                  "projectByItem",
                  anywhere(),
                  a -> a.matrix().rows(),
                  project(ProjectionKernels::projectByItem))));

  /** Projection and residual in one. */
  public static final Operation<Arguments.Project> PROJECT_AND_ADD =
      new Operation<>(
          "project and add",
          List.of(
              byGroup(
                  "addByGroup",
                  (device, a) -> device.groupsShareWork() && a.most() == 1,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::addByGroup)),
              byItem(
                  "addByItem",
                  (device, _) -> !device.groupsShareWork(),
                  a -> a.matrix().rows(),
                  project(ProjectionKernels::addByItem))));

  /** Gate, up and SiLU in one. */
  public static final Operation<Arguments.Project> PROJECT_AND_GATE =
      new Operation<>(
          "project and gate",
          List.of(
              byGroup(
                  "gateByGroup",
                  (device, a) -> device.groupsShareWork() && a.most() == 1,
                  a -> a.matrix().rows() / 2,
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::gateByGroup)),
              byItem(
                  "gateByItem",
                  (device, _) -> !device.groupsShareWork(),
                  a -> a.matrix().rows() / 2,
                  project(ProjectionKernels::gateByItem))));

  public static final Operation<Arguments.Rotate> ROTATE =
      new Operation<>(
          "rotate and append",
          List.of(
              byItem(
                  "rotateAndAppend",
                  anywhere(),
                  a -> a.most() * a.sizes().stride() / 2,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          RopeKernels::rotateAndAppend,
                          context,
                          a.pass(),
                          a.projected(),
                          a.angles(),
                          a.keys(),
                          a.values(),
                          a.sizes().heads(),
                          a.sizes().keyValueHeads(),
                          a.sizes().headSize(),
                          a.sizes().pairs(),
                          a.sizes().adjacent() ? 1 : 0,
                          a.sizes().positions()))));

  public static final Operation<Arguments.Attend> ATTEND =
      new Operation<>(
          "attend",
          List.of(
              byGroup(
                  "attendByGroup",
                  (device, a) ->
                      device.groupsShareWork()
                          && a.sizes().headSize() <= AttentionKernels.MAX_HEAD_SIZE,
                  a -> a.most() * a.sizes().heads(),
                  AttentionKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AttentionKernels::attendByGroup,
                          context,
                          a.pass(),
                          a.projected(),
                          a.keys(),
                          a.values(),
                          a.attended(),
                          a.sizes().heads(),
                          a.sizes().heads() / a.sizes().keyValueHeads(),
                          a.sizes().headSize(),
                          a.sizes().stride(),
                          a.sizes().positions())),
              byItem(
                  "attendByItem",
                  anywhere(),
                  a -> a.most() * a.sizes().heads(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AttentionKernels::attendByItem,
                          context,
                          a.pass(),
                          a.projected(),
                          a.keys(),
                          a.values(),
                          a.attended(),
                          a.sizes().heads(),
                          a.sizes().heads() / a.sizes().keyValueHeads(),
                          a.sizes().headSize(),
                          a.sizes().stride(),
                          a.sizes().positions()))));

  public static final Operation<Arguments.Gate> GATE =
      new Operation<>(
          "gate",
          List.of(
              byItem(
                  "gate",
                  anywhere(),
                  a -> a.most() * a.hidden(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          ElementKernels::gate,
                          context,
                          a.pass(),
                          a.gateAndUp(),
                          a.gated(),
                          a.hidden()))));

  public static final Operation<Arguments.Add> ADD =
      new Operation<>(
          "add",
          List.of(
              byItem(
                  "addResidual",
                  anywhere(),
                  a -> a.most() * a.width(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          ElementKernels::addResidual,
                          context,
                          a.pass(),
                          a.update(),
                          a.residual(),
                          a.width()))));

  public static final Operation<Arguments.Rank> RANK =
      new Operation<>(
          "rank",
          List.of(
              byGroup(
                  "rankByGroup",
                  whereGroupsShareWork(),
                  Arguments::most,
                  RankingKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          RankingKernels::rankByGroup,
                          context,
                          a.pass(),
                          a.logits(),
                          a.best(),
                          a.probability(),
                          a.vocabulary())),
              byItem(
                  "rankByItem",
                  anywhere(),
                  Arguments::most,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          RankingKernels::rankByItem,
                          context,
                          a.pass(),
                          a.logits(),
                          a.best(),
                          a.probability(),
                          a.vocabulary()))));

  private KernelRegistry() {}

  /** Every operation. */
  public static List<Operation<?>> operations() {
    return List.of(
        EMBED,
        NORM,
        OUTPUT_NORM,
        PROJECT,
        PROJECT_AND_ADD,
        PROJECT_AND_GATE,
        ROTATE,
        ATTEND,
        GATE,
        ADD,
        RANK);
  }

  private static <A extends Arguments> BiPredicate<DeviceTraits, A> anywhere() {
    return (_, _) -> true;
  }

  private static <A extends Arguments> BiPredicate<DeviceTraits, A> whereGroupsShareWork() {
    return (device, _) -> device.groupsShareWork();
  }

  private static <A extends Arguments> KernelVariant<A> byItem(
      String name,
      BiPredicate<DeviceTraits, A> accepts,
      ToIntFunction<A> items,
      KernelVariant.Task<A> task) {
    return new KernelVariant<>(
        name, accepts, a -> tiles(items.applyAsInt(a), ITEMS), ITEMS, task);
  }

  private static <A extends Arguments> KernelVariant<A> byGroup(
      String name,
      BiPredicate<DeviceTraits, A> accepts,
      ToIntFunction<A> groups,
      int size,
      KernelVariant.Task<A> task) {
    return new KernelVariant<>(name, accepts, groups, size, task);
  }

  private static KernelVariant.Task<Arguments.Project> project(
      Task11<
              KernelContext,
              IntArray,
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          kernel) {
    return (TaskGraph graph, String id, KernelContext context, Arguments.Project a) ->
        graph.task(
            id,
            kernel,
            context,
            a.pass(),
            a.matrix().words(),
            a.matrix().floats(),
            a.input(),
            a.output(),
            a.countAt(),
            a.layerAt(),
            a.matrix().encoding(),
            a.matrix().rows(),
            a.matrix().columns());
  }

  private static int tiles(int count, int size) {
    return (count + size - 1) / size;
  }
}
