package dev.skipstone.tornado.kernel;

import java.util.List;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels that multiply by a matrix in adapted passes. */
final class AdaptedProjectionVariants {
  /** Projection and the adapter's matrix down in one. */
  static final Operation<Arguments.ProjectAndLower> PROJECT_AND_LOWER =
      new Operation<>(
          "project and lower",
          List.of(
              Variants.on(
                  DeviceTraits::half,
                  Variants.byGroup(
                      "projectHalvesAndLowerByGroup",
                      a -> a.matrix().hasHalves() && a.down().hasWords(),
                      Variants::groupsShareWork,
                      AdaptedProjectionVariants::rows,
                      AdaptedProjectionKernels.LANES,
                      halvesAndLower(AdaptedProjectionKernels::projectHalvesAndLowerByGroup))),
              Variants.on(
                  DeviceTraits::half,
                  Variants.byItem(
                      "projectHalvesAndLowerByItem",
                      a -> a.matrix().hasHalves() && a.down().hasWords(),
                      Variants::anywhere,
                      AdaptedProjectionVariants::rows,
                      halvesAndLower(AdaptedProjectionKernels::projectHalvesAndLowerByItem))),
              Variants.byGroup(
                  "projectAndLowerByGroup",
                  a -> a.matrix().hasWords() && a.down().hasWords(),
                  Variants::groupsShareWork,
                  AdaptedProjectionVariants::rows,
                  AdaptedProjectionKernels.LANES,
                  andLower(AdaptedProjectionKernels::projectAndLowerByGroup)),
              Variants.byItem(
                  "projectAndLowerByItem",
                  a -> a.matrix().hasWords() && a.down().hasWords(),
                  Variants::anywhere,
                  AdaptedProjectionVariants::rows,
                  andLower(AdaptedProjectionKernels::projectAndLowerByItem))));

  /** Projection of the draft vocabulary. */
  static final Operation<Arguments.ProjectSome> PROJECT_SOME =
      new Operation<>(
          "project some",
          List.of(
              Variants.on(
                  DeviceTraits::half,
                  Variants.byGroup(
                      "projectSomeHalvesByGroup",
                      a -> a.matrix().hasHalves(),
                      Variants::groupsShareWork,
                      a -> a.matrix().rows(),
                      AdaptedProjectionKernels.LANES,
                      someHalves(AdaptedProjectionKernels::projectSomeHalvesByGroup))),
              Variants.on(
                  DeviceTraits::half,
                  Variants.byItem(
                      "projectSomeHalvesByItem",
                      a -> a.matrix().hasHalves(),
                      Variants::anywhere,
                      a -> a.matrix().rows(),
                      someHalves(AdaptedProjectionKernels::projectSomeHalvesByItem))),
              Variants.byGroup(
                  "projectSomeByGroup",
                  a -> a.matrix().hasWords(),
                  Variants::groupsShareWork,
                  a -> a.matrix().rows(),
                  AdaptedProjectionKernels.LANES,
                  some(AdaptedProjectionKernels::projectSomeByGroup)),
              Variants.byItem(
                  "projectSomeByItem",
                  a -> a.matrix().hasWords(),
                  Variants::anywhere,
                  a -> a.matrix().rows(),
                  some(AdaptedProjectionKernels::projectSomeByItem))));

  private AdaptedProjectionVariants() {}

  private static int rows(Arguments.ProjectAndLower a) {
    return a.matrix().rows() + a.down().rows();
  }

  private static KernelVariant.Task<Arguments.ProjectAndLower> andLower(
      Task14<
              KernelContext,
              IntArray,
              IntArray,
              FloatArray,
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          kernel) {
    return (TaskGraph graph, String id, KernelContext context, Arguments.ProjectAndLower a) ->
        graph.task(
            id,
            kernel,
            context,
            a.pass(),
            a.matrix().words(),
            a.matrix().floats(),
            a.down().words(),
            a.down().floats(),
            a.input(),
            a.output(),
            a.low(),
            a.matrix().encoding(),
            a.down().encoding(),
            a.matrix().rows(),
            a.down().rows(),
            a.matrix().columns());
  }

  private static KernelVariant.Task<Arguments.ProjectAndLower> halvesAndLower(
      Task12<
              KernelContext,
              IntArray,
              HalfFloatArray,
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer>
          kernel) {
    return (TaskGraph graph, String id, KernelContext context, Arguments.ProjectAndLower a) ->
        graph.task(
            id,
            kernel,
            context,
            a.pass(),
            a.matrix().halves(),
            a.down().words(),
            a.down().floats(),
            a.input(),
            a.output(),
            a.low(),
            a.down().encoding(),
            a.matrix().rows(),
            a.down().rows(),
            a.matrix().columns());
  }

  private static KernelVariant.Task<Arguments.ProjectSome> some(
      Task10<
              KernelContext,
              IntArray,
              IntArray,
              FloatArray,
              IntArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer>
          kernel) {
    return (TaskGraph graph, String id, KernelContext context, Arguments.ProjectSome a) ->
        graph.task(
            id,
            kernel,
            context,
            a.pass(),
            a.matrix().words(),
            a.matrix().floats(),
            a.scored(),
            a.input(),
            a.logits(),
            a.matrix().encoding(),
            a.matrix().rows(),
            a.matrix().columns());
  }

  private static KernelVariant.Task<Arguments.ProjectSome> someHalves(
      Task8<
              KernelContext,
              IntArray,
              HalfFloatArray,
              IntArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer>
          kernel) {
    return (TaskGraph graph, String id, KernelContext context, Arguments.ProjectSome a) ->
        graph.task(
            id,
            kernel,
            context,
            a.pass(),
            a.matrix().halves(),
            a.scored(),
            a.input(),
            a.logits(),
            a.matrix().rows(),
            a.matrix().columns());
  }
}
