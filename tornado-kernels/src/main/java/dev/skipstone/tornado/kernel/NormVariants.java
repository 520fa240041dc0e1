package dev.skipstone.tornado.kernel;

import java.util.List;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels of norms. */
final class NormVariants {
  static final Operation<Arguments.Norm> NORM =
      new Operation<>(
          "norm",
          List.of(
              Variants.byGroup(
                  "normByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
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
              Variants.byItem(
                  "normByItem",
                  Variants::always,
                  Variants::anywhere,
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

  static final Operation<Arguments.Norm> OUTPUT_NORM =
      new Operation<>(
          "output norm",
          List.of(
              Variants.byGroup(
                  "outputNormByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
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
              Variants.byItem(
                  "outputNormByItem",
                  Variants::always,
                  Variants::anywhere,
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

  static final Operation<Arguments.NormHeads> NORM_HEADS =
      new Operation<>(
          "norm heads",
          List.of(
              Variants.byGroup(
                  "normHeadsByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
                  a -> a.most() * (a.queryUnits() + a.keyUnits()),
                  HeadNormKernels.LANES,
                  normHeads(HeadNormKernels::normHeadsByGroup)),
              Variants.byItem(
                  "normHeadsByItem",
                  Variants::always,
                  Variants::anywhere,
                  a -> a.most() * (a.queryUnits() + a.keyUnits()),
                  normHeads(HeadNormKernels::normHeadsByItem))));

  static final Operation<Arguments.NormAndAdd> NORM_AND_ADD =
      new Operation<>(
          "norm and add",
          List.of(
              Variants.byGroup(
                  "addNormedByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
                  Arguments::most,
                  NormKernels.LANES,
                  normAndAdd(NormKernels::addNormedByGroup)),
              Variants.byItem(
                  "addNormedByItem",
                  Variants::always,
                  Variants::anywhere,
                  Arguments::most,
                  normAndAdd(NormKernels::addNormedByItem))));

  private NormVariants() {}

  private static KernelVariant.Task<Arguments.NormHeads> normHeads(
      Task10<
              KernelContext,
              IntArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Float>
          kernel) {
    return (TaskGraph graph, String id, KernelContext context, Arguments.NormHeads a) ->
        graph.task(
            id,
            kernel,
            context,
            a.pass(),
            a.projected(),
            a.weight(),
            a.queryUnits(),
            a.keyUnits(),
            a.querySize(),
            a.keySize(),
            a.sizes().stride(),
            a.epsilon());
  }

  private static KernelVariant.Task<Arguments.NormAndAdd> normAndAdd(
      Task7<KernelContext, IntArray, FloatArray, FloatArray, FloatArray, Integer, Float> kernel) {
    return (TaskGraph graph, String id, KernelContext context, Arguments.NormAndAdd a) ->
        graph.task(
            id,
            kernel,
            context,
            a.pass(),
            a.update(),
            a.weight(),
            a.residual(),
            a.width(),
            a.epsilon());
  }
}
