package dev.skipstone.tornado.kernel;

import java.util.List;
import java.util.function.Predicate;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;

/** Kernels that multiply by a matrix. */
final class ProjectionVariants {
  static final Operation<Arguments.Project> PROJECT =
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
              Variants.on(
                  DeviceTraits::half,
                  Variants.byGroup(
                      "projectHalvesTiled",
                      a -> a.matrix().hasHalves() && a.most() > KernelRegistry.FEW_ROWS,
                      Variants::groupsShareWork,
                      a ->
                          Variants.tiles(a.matrix().rows(), ProjectionKernels.SIDE)
                              * Variants.tiles(a.most(), ProjectionKernels.SIDE),
                      ProjectionKernels.SIDE * ProjectionKernels.SIDE,
                      projectHalves(HalfProjectionKernels::projectHalvesTiled))),
              Variants.on(
                  DeviceTraits::half,
                  Variants.byGroup(
                      "projectHalvesByGroup",
                      a -> a.matrix().hasHalves(),
                      Variants::groupsShareWork,
                      a -> a.matrix().rows(),
                      ProjectionKernels.LANES,
                      projectHalves(HalfProjectionKernels::projectHalvesByGroup))),
              Variants.on(
                  DeviceTraits::half,
                  Variants.byItem(
                      "projectHalvesByItem",
                      a -> a.matrix().hasHalves(),
                      Variants::anywhere,
                      a -> a.matrix().rows(),
                      projectHalves(HalfProjectionKernels::projectHalvesByItem))),
              Variants.byGroup(
                  "projectVectorsByGroup",
                  a -> a.matrix().hasVectors(),
                  Variants::groupsShareWork,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  projectVectors(VectorProjectionKernels::projectVectorsByGroup)),
              Variants.byItem(
                  "projectVectorsByItem",
                  a -> a.matrix().hasVectors(),
                  Variants::anywhere,
                  a -> a.matrix().rows(),
                  projectVectors(VectorProjectionKernels::projectVectorsByItem)),
              Variants.byGroup(
                  "projectTiled",
                  a -> a.matrix().hasWords() && a.most() > KernelRegistry.FEW_ROWS,
                  Variants::groupsShareWork,
                  a ->
                      Variants.tiles(a.matrix().rows(), ProjectionKernels.SIDE)
                          * Variants.tiles(a.most(), ProjectionKernels.SIDE),
                  ProjectionKernels.SIDE * ProjectionKernels.SIDE,
                  project(ProjectionKernels::projectTiled)),
              Variants.byGroup(
                  "projectFourByGroup",
                  a -> a.matrix().hasWords(),
                  (device, a) -> device.groupsShareWork() && a.most() > 1,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::projectFourByGroup)),
              Variants.byGroup(
                  "projectByGroup",
                  a -> a.matrix().hasWords(),
                  Variants::groupsShareWork,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::projectByGroup)),
              Variants.byItem(
                  "projectByItem",
                  a -> a.matrix().hasWords(),
                  Variants::anywhere,
                  a -> a.matrix().rows(),
                  project(ProjectionKernels::projectByItem))));

  /** RMSNorm and projection in one. */
  static final Operation<Arguments.NormAndProject> NORM_AND_PROJECT =
      new Operation<>(
          "norm and project",
          List.of(
              Variants.byGroup(
                  "normAndProjectByGroup",
                  a -> a.matrix().hasWords(),
                  Variants::groupsShareWorkOnOneRow,
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
  static final Operation<Arguments.Project> PROJECT_AND_ADD =
      new Operation<>(
          "project and add",
          List.of(
              Variants.byGroup(
                  "addByGroup",
                  a -> a.matrix().hasWords(),
                  Variants::groupsShareWorkOnOneRow,
                  a -> a.matrix().rows(),
                  ProjectionKernels.LANES,
                  project(ProjectionKernels::addByGroup)),
              Variants.byItem(
                  "addByItem",
                  a -> a.matrix().hasWords(),
                  Variants::groupsShareNoWork,
                  a -> a.matrix().rows(),
                  project(ProjectionKernels::addByItem))));

  /** Gate, up and activation in one. */
  static final Operation<Arguments.ProjectAndGate> PROJECT_AND_GATE =
      new Operation<>(
          "project and gate",
          List.of(
              Variants.byGroup(
                  "gateByGroup",
                  a -> a.matrix().hasWords(),
                  Variants::groupsShareWorkOnOneRow,
                  a -> a.matrix().rows() / 2,
                  ProjectionKernels.LANES,
                  projectAndGate(ProjectionKernels::gateByGroup)),
              Variants.byItem(
                  "gateByItem",
                  a -> a.matrix().hasWords(),
                  Variants::groupsShareNoWork,
                  a -> a.matrix().rows() / 2,
                  projectAndGate(ProjectionKernels::gateByItem))));

  private ProjectionVariants() {}

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

  private static KernelVariant.Task<Arguments.ProjectAndGate> projectAndGate(
      Task10<
              KernelContext,
              IntArray,
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer>
          kernel) {
    return (TaskGraph graph, String id, KernelContext context, Arguments.ProjectAndGate a) ->
        graph.task(
            id,
            kernel,
            context,
            a.pass(),
            a.matrix().words(),
            a.matrix().floats(),
            a.input(),
            a.gated(),
            a.activation(),
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
   * A kernel with matrix fragments, taken only where a profile says so: the API does not tell
   * whether a device of PTX's is new enough for them. Its sums are not in the order of other
   * kernels', so that a profile that takes it for few rows has to take it for one, too.
   *
   * @param warps of a group
   */
  private static KernelVariant<Arguments.Project> fragments(
      String name,
      Predicate<DeviceMatrix> accepts,
      int warps,
      KernelVariant.Task<Arguments.Project> task) {
    int side = FragmentKernels.SIDE;
    return Variants.on(
        DeviceTraits::matrixFragments,
        Variants.byGroup(
            name,
            (Arguments.Project a) ->
                accepts.test(a.matrix())
                    && a.most() <= warps * side
                    && a.matrix().rows() % (side / 2) == 0
                    && a.output().getSize()
                        >= Variants.tiles(a.most(), side) * side * a.matrix().rows(),
            (_, _) -> false,
            a -> Variants.tiles(a.matrix().rows(), side),
            warps * FragmentKernels.WARP,
            task));
  }
}
