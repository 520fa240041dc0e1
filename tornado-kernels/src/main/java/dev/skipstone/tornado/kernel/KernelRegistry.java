package dev.skipstone.tornado.kernel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;

/**
 * Every operation and its kernels. A new kernel is one method, and one line here.
 *
 * <p>Kernels by group are for devices whose groups share work. Of a projection's kernels, those
 * that serve passes of one row and of a few by rule give every row the same bits; tiles and
 * fragments are for prompts only.
 */
public final class KernelRegistry {
  /** Most rows of a pass that decodes, and must not differ from decoding row by row. */
  public static final int FEW_ROWS = PassBuffer.MAX_LOGIT_ROWS;

  /** Work-items of a group of a kernel that needs no groups. */
  private static final int ITEMS = 64;

  /** Projections of matrices of float16. */
  private static final Set<String> OF_HALVES =
      Set.of(
          "projectHalvesFragments",
          "projectFewHalvesFragments",
          "projectHalvesTiled",
          "projectHalvesByGroup",
          "projectHalvesByItem");

  /** Projections of matrices of vectors. */
  private static final Set<String> OF_VECTORS =
      Set.of("projectVectorsByGroup", "projectVectorsByItem");

  public static final Operation<Arguments.Embed> EMBED =
      new Operation<>(
          "embed",
          List.of(
              byItem(
                  "embed",
                  a -> a.matrix().hasWords(),
                  KernelRegistry::anywhere,
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
                          a.matrix().columns())),
              on(
                  DeviceTraits::half,
                  byItem(
                      "embedHalves",
                      a -> a.matrix().hasHalves(),
                      KernelRegistry::anywhere,
                      a -> a.most() * a.matrix().columns(),
                      (graph, id, context, a) ->
                          graph.task(
                              id,
                              EmbeddingKernels::embedHalves,
                              context,
                              a.pass(),
                              a.matrix().halves(),
                              a.residual(),
                              a.matrix().columns()))),
              byItem(
                  "embedVectors",
                  a -> a.matrix().hasVectors(),
                  KernelRegistry::anywhere,
                  a ->
                      a.most()
                          * (a.matrix().columns() / (4 << Encoding.inWords(a.matrix().encoding()))),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          EmbeddingKernels::embedVectors,
                          context,
                          a.pass(),
                          a.matrix().vectors(),
                          a.matrix().floats(),
                          a.residual(),
                          Encoding.inWords(a.matrix().encoding()),
                          a.matrix().columns()))));

  public static final Operation<Arguments.Norm> NORM =
      new Operation<>(
          "norm",
          List.of(
              byGroup(
                  "normByGroup",
                  KernelRegistry::always,
                  KernelRegistry::groupsShareWork,
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
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
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
                  KernelRegistry::always,
                  KernelRegistry::groupsShareWork,
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
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
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
              fragments(
                  "projectFragments",
                  DeviceMatrix::hasWords,
                  FragmentKernels.WARPS,
                  project(FragmentKernels::projectFragments)),
              fragments(
                  "projectHalvesFragments",
                  DeviceMatrix::hasHalves,
                  FragmentKernels.WARPS,
                  projectHalves(FragmentKernels::projectHalvesFragments)),
              fragments(
                  "projectFewFragments",
                  DeviceMatrix::hasWords,
                  1,
                  project(FragmentKernels::projectFragments)),
              fragments(
                  "projectFewHalvesFragments",
                  DeviceMatrix::hasHalves,
                  1,
                  projectHalves(FragmentKernels::projectHalvesFragments)),
              on(
                  DeviceTraits::half,
                  byGroup(
                      "projectHalvesTiled",
                      a -> a.matrix().hasHalves() && a.most() > FEW_ROWS,
                      KernelRegistry::groupsShareWork,
                      a ->
                          tiles(a.matrix().rows(), ProjectionKernels.SIDE)
                              * tiles(a.most(), ProjectionKernels.SIDE),
                      ProjectionKernels.SIDE * ProjectionKernels.SIDE,
                      projectHalves(HalfProjectionKernels::projectHalvesTiled))),
              on(
                  DeviceTraits::half,
                  byGroup(
                      "projectHalvesByGroup",
                      a -> a.matrix().hasHalves(),
                      KernelRegistry::groupsShareWork,
                      a -> a.matrix().rows(),
                      ProjectionKernels.LANES,
                      projectHalves(HalfProjectionKernels::projectHalvesByGroup))),
              on(
                  DeviceTraits::half,
                  byItem(
                      "projectHalvesByItem",
                      a -> a.matrix().hasHalves(),
                      KernelRegistry::anywhere,
                      a -> a.matrix().rows(),
                      projectHalves(HalfProjectionKernels::projectHalvesByItem))),
              byGroup(
                  "projectVectorsByGroup",
                  a -> a.matrix().hasVectors(),
                  KernelRegistry::groupsShareWork,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  projectVectors(VectorProjectionKernels::projectVectorsByGroup)),
              byItem(
                  "projectVectorsByItem",
                  a -> a.matrix().hasVectors(),
                  KernelRegistry::anywhere,
                  a -> a.matrix().rows(),
                  projectVectors(VectorProjectionKernels::projectVectorsByItem)),
              byGroup(
                  "projectTiled",
                  a -> a.matrix().hasWords() && a.most() > FEW_ROWS,
                  KernelRegistry::groupsShareWork,
                  a ->
                      tiles(a.matrix().rows(), ProjectionKernels.SIDE)
                          * tiles(a.most(), ProjectionKernels.SIDE),
                  ProjectionKernels.SIDE * ProjectionKernels.SIDE,
                  project(ProjectionKernels::projectTiled)),
              byGroup(
                  "projectFourByGroup",
                  a -> a.matrix().hasWords(),
                  (device, a) -> device.groupsShareWork() && a.most() > 1,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::projectFourByGroup)),
              byGroup(
                  "projectByGroup",
                  a -> a.matrix().hasWords(),
                  KernelRegistry::groupsShareWork,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::projectByGroup)),
              byItem(
                  "projectByItem",
                  a -> a.matrix().hasWords(),
                  KernelRegistry::anywhere,
                  a -> a.matrix().rows(),
                  project(ProjectionKernels::projectByItem))));

  /** RMSNorm and projection in one. */
  public static final Operation<Arguments.NormAndProject> NORM_AND_PROJECT =
      new Operation<>(
          "norm and project",
          List.of(
              byGroup(
                  "normAndProjectByGroup",
                  a -> a.matrix().hasWords(),
                  KernelRegistry::groupsShareWorkOnOneRow,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          ProjectionKernels::normAndProjectByGroup,
                          context,
                          a.pass(),
                          a.residual(),
                          a.weight(),
                          a.matrix().words(),
                          a.matrix().floats(),
                          a.output(),
                          a.matrix().encoding(),
                          a.matrix().rows(),
                          a.matrix().columns(),
                          a.epsilon()))));

  /** Projection and residual in one. */
  public static final Operation<Arguments.Project> PROJECT_AND_ADD =
      new Operation<>(
          "project and add",
          List.of(
              byGroup(
                  "addByGroup",
                  a -> a.matrix().hasWords(),
                  KernelRegistry::groupsShareWorkOnOneRow,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::addByGroup)),
              byItem(
                  "addByItem",
                  a -> a.matrix().hasWords(),
                  KernelRegistry::groupsShareNoWork,
                  a -> a.matrix().rows(),
                  project(ProjectionKernels::addByItem))));

  /** Gate, up and SiLU in one. */
  public static final Operation<Arguments.Project> PROJECT_AND_GATE =
      new Operation<>(
          "project and gate",
          List.of(
              byGroup(
                  "gateByGroup",
                  a -> a.matrix().hasWords(),
                  KernelRegistry::groupsShareWorkOnOneRow,
                  a -> a.matrix().rows() / 2,
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::gateByGroup)),
              byItem(
                  "gateByItem",
                  a -> a.matrix().hasWords(),
                  KernelRegistry::groupsShareNoWork,
                  a -> a.matrix().rows() / 2,
                  project(ProjectionKernels::gateByItem))));

  public static final Operation<Arguments.Rotate> ROTATE =
      new Operation<>(
          "rotate and append",
          List.of(
              byItem(
                  "rotateAndAppend",
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
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
                  a -> a.sizes().headSize() <= AttentionKernels.MAX_HEAD_SIZE,
                  KernelRegistry::groupsShareWork,
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
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
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
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
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
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
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
                  KernelRegistry::always,
                  KernelRegistry::groupsShareWork,
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
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
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

  public static final Operation<Arguments.Softmax> SOFTMAX =
      new Operation<>(
          "softmax",
          List.of(
              byGroup(
                  "softmaxByGroup",
                  KernelRegistry::always,
                  KernelRegistry::groupsShareWork,
                  Arguments::most,
                  SamplingKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          SamplingKernels::softmaxByGroup,
                          context,
                          a.pass(),
                          a.logits(),
                          a.temperature(),
                          a.probabilities(),
                          a.vocabulary())),
              byItem(
                  "softmaxByItem",
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
                  Arguments::most,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          SamplingKernels::softmaxByItem,
                          context,
                          a.pass(),
                          a.logits(),
                          a.temperature(),
                          a.probabilities(),
                          a.vocabulary()))));

  public static final Operation<Arguments.Select> SELECT =
      new Operation<>(
          "select",
          List.of(
              byGroup(
                  "selectByGroup",
                  KernelRegistry::always,
                  KernelRegistry::groupsShareWork,
                  Arguments::most,
                  SamplingKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          SamplingKernels::selectByGroup,
                          context,
                          a.pass(),
                          a.logits(),
                          a.tokens(),
                          a.values(),
                          a.vocabulary(),
                          a.k())),
              byItem(
                  "selectByItem",
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
                  Arguments::most,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          SamplingKernels::selectByItem,
                          context,
                          a.pass(),
                          a.logits(),
                          a.tokens(),
                          a.values(),
                          a.vocabulary(),
                          a.k()))));

  public static final Operation<Arguments.AcceptBest> ACCEPT_BEST =
      new Operation<>(
          "accept best",
          List.of(
              byItem(
                  "acceptBest",
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
                  _ -> 1,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          SamplingKernels::acceptBest,
                          context,
                          a.pass(),
                          a.best(),
                          a.result()))));

  public static final Operation<Arguments.AcceptDrawn> ACCEPT_DRAWN =
      new Operation<>(
          "accept drawn",
          List.of(
              byGroup(
                  "acceptDrawnByGroup",
                  KernelRegistry::always,
                  KernelRegistry::groupsShareWork,
                  _ -> 1,
                  SamplingKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          SamplingKernels::acceptDrawnByGroup,
                          context,
                          a.pass(),
                          a.target(),
                          a.draft(),
                          a.chances(),
                          a.result(),
                          a.vocabulary())),
              byItem(
                  "acceptDrawnByItem",
                  KernelRegistry::always,
                  KernelRegistry::anywhere,
                  _ -> 1,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          SamplingKernels::acceptDrawnByItem,
                          context,
                          a.pass(),
                          a.target(),
                          a.draft(),
                          a.chances(),
                          a.result(),
                          a.vocabulary()))));

  private KernelRegistry() {}

  /** Every operation. */
  public static List<Operation<?>> operations() {
    return List.of(
        EMBED,
        NORM,
        OUTPUT_NORM,
        NORM_AND_PROJECT,
        PROJECT,
        PROJECT_AND_ADD,
        PROJECT_AND_GATE,
        ROTATE,
        ATTEND,
        GATE,
        ADD,
        RANK,
        SOFTMAX,
        SELECT,
        ACCEPT_BEST,
        ACCEPT_DRAWN);
  }

  /** Every operation by its name, in order. */
  public static Map<String, Operation<?>> byName() {
    Map<String, Operation<?>> byName = new LinkedHashMap<>();
    operations().forEach(operation -> byName.put(operation.name(), operation));
    return byName;
  }

  /** Whether float16 matrices are to be {@link Encoding#NATIVE_HALF}, where the device has half. */
  public static boolean takesHalves(KernelProfile profile) {
    List<String> preferred = profile.preferred(PROJECT.name());
    return preferred.isEmpty() || preferred.stream().anyMatch(OF_HALVES::contains);
  }

  /** Whether words are to be in vectors. */
  public static boolean takesVectors(KernelProfile profile) {
    return profile.preferred(PROJECT.name()).stream().anyMatch(OF_VECTORS::contains);
  }

  private static boolean onAny(DeviceTraits device) {
    return true;
  }

  private static boolean always(Arguments arguments) {
    return true;
  }

  private static boolean anywhere(DeviceTraits device, Arguments arguments) {
    return true;
  }

  private static boolean groupsShareWork(DeviceTraits device, Arguments arguments) {
    return device.groupsShareWork();
  }

  private static boolean groupsShareWorkOnOneRow(DeviceTraits device, Arguments arguments) {
    return device.groupsShareWork() && arguments.most() == 1;
  }

  private static boolean groupsShareNoWork(DeviceTraits device, Arguments arguments) {
    return !device.groupsShareWork();
  }

  private static <A extends Arguments> KernelVariant<A> byItem(
      String name,
      Predicate<A> accepts,
      BiPredicate<DeviceTraits, A> suits,
      ToIntFunction<A> items,
      KernelVariant.Task<A> task) {
    return new KernelVariant<>(
        name,
        KernelRegistry::onAny,
        accepts,
        suits,
        a -> tiles(items.applyAsInt(a), ITEMS),
        ITEMS,
        task);
  }

  private static <A extends Arguments> KernelVariant<A> byGroup(
      String name,
      Predicate<A> accepts,
      BiPredicate<DeviceTraits, A> suits,
      ToIntFunction<A> groups,
      int size,
      KernelVariant.Task<A> task) {
    return new KernelVariant<>(name, KernelRegistry::onAny, accepts, suits, groups, size, task);
  }

  /** A kernel for devices that have what it needs. */
  private static <A extends Arguments> KernelVariant<A> on(
      Predicate<DeviceTraits> needed, KernelVariant<A> kernel) {
    return new KernelVariant<>(
        kernel.name(),
        needed,
        kernel.accepts(),
        kernel.suits(),
        kernel.groups(),
        kernel.groupSize(),
        kernel.task());
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

  private static KernelVariant.Task<Arguments.Project> projectHalves(
      Task9<
              KernelContext,
              IntArray,
              HalfFloatArray,
              FloatArray,
              FloatArray,
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
            a.matrix().halves(),
            a.input(),
            a.output(),
            a.countAt(),
            a.layerAt(),
            a.matrix().rows(),
            a.matrix().columns());
  }

  private static KernelVariant.Task<Arguments.Project> projectVectors(
      Task11<
              KernelContext,
              IntArray,
              VectorInt4,
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
            a.matrix().vectors(),
            a.matrix().floats(),
            a.input(),
            a.output(),
            a.countAt(),
            a.layerAt(),
            Encoding.inWords(a.matrix().encoding()),
            a.matrix().rows(),
            a.matrix().columns());
  }

  /**
   * A kernel with matrix fragments. By rule for prompts only: its sums are not in the order of
   * other kernels', so that a profile that takes it for few rows has to take it for one, too.
   *
   * @param warps of a group
   */
  private static KernelVariant<Arguments.Project> fragments(
      String name,
      Predicate<DeviceMatrix> accepts,
      int warps,
      KernelVariant.Task<Arguments.Project> task) {
    int side = FragmentKernels.SIDE;
    return on(
        DeviceTraits::matrixFragments,
        byGroup(
            name,
            (Arguments.Project a) ->
                accepts.test(a.matrix())
                    && a.matrix().rows() % (side / 2) == 0
                    && a.output().getSize() >= tiles(a.most(), side) * side * a.matrix().rows(),
            (device, a) -> device.groupsShareWork() && a.most() > FEW_ROWS,
            a -> tiles(a.matrix().rows(), side) * tiles(a.most(), warps * side),
            warps * FragmentKernels.WARP,
            task));
  }

  private static int tiles(int count, int size) {
    return (count + size - 1) / size;
  }
}
