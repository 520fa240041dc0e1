package dev.skipstone.tornado.kernel;

import java.util.List;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels of passes with a draft adapter. Its matrices are words and floats. */
final class AdapterVariants {
  static final Operation<Arguments.PlaceMasks> PLACE_MASKS =
      new Operation<>(
          "place masks",
          List.of(
              Variants.byItem(
                  "placeMasks",
                  Variants::always,
                  Variants::anywhere,
                  a -> a.most() * a.width(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AdapterKernels::placeMasks,
                          context,
                          a.pass(),
                          a.masks(),
                          a.residual(),
                          a.width()))));

  static final Operation<Arguments.Lower> LOWER =
      new Operation<>(
          "lower",
          List.of(
              Variants.byGroup(
                  "lowerByGroup",
                  a -> a.matrix().hasWords(),
                  Variants::groupsShareWork,
                  a -> a.matrix().rows(),
                  AdapterKernels.LANES,
                  lower(AdapterKernels::lowerByGroup)),
              Variants.byItem(
                  "lowerByItem",
                  a -> a.matrix().hasWords(),
                  Variants::anywhere,
                  a -> a.matrix().rows(),
                  lower(AdapterKernels::lowerByItem))));

  static final Operation<Arguments.Cross> CROSS =
      new Operation<>(
          "cross",
          List.of(
              Variants.byItem(
                  "crossBridge",
                  a -> a.matrix().hasWords(),
                  Variants::anywhere,
                  a -> a.most() * a.matrix().rows(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AdapterKernels::crossBridge,
                          context,
                          a.pass(),
                          a.scale(),
                          a.matrix().words(),
                          a.matrix().floats(),
                          a.low(),
                          a.residual(),
                          a.matrix().encoding(),
                          a.matrix().rows(),
                          a.matrix().columns()))));

  static final Operation<Arguments.RotateAdapted> ROTATE_ADAPTED =
      new Operation<>(
          "rotate and append, adapted",
          List.of(
              Variants.byItem(
                  "rotateAdapted",
                  a -> a.matrix().hasWords(),
                  Variants::anywhere,
                  a -> a.most() * a.sizes().stride() / 2,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          RopeKernels::rotateAdapted,
                          context,
                          a.pass(),
                          a.projected(),
                          a.low(),
                          a.matrix().words(),
                          a.matrix().floats(),
                          a.angles(),
                          a.keys(),
                          a.values(),
                          a.matrix().encoding(),
                          a.matrix().columns(),
                          a.sizes().heads(),
                          a.sizes().keyValueHeads(),
                          a.sizes().headSize(),
                          a.sizes().pairs(),
                          a.sizes().adjacent() ? 1 : 0,
                          a.sizes().positions()))));

  static final Operation<Arguments.GateAdapted> GATE_ADAPTED =
      new Operation<>(
          "gate, adapted",
          List.of(
              Variants.byItem(
                  "gateAdapted",
                  a -> a.matrix().hasWords(),
                  Variants::anywhere,
                  a -> a.most() * a.hidden(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AdapterKernels::gateAdapted,
                          context,
                          a.pass(),
                          a.gateAndUp(),
                          a.low(),
                          a.matrix().words(),
                          a.matrix().floats(),
                          a.gated(),
                          a.activation(),
                          a.matrix().encoding(),
                          a.matrix().columns(),
                          a.hidden()))));

  static final Operation<Arguments.AddAdapted> ADD_ADAPTED =
      new Operation<>(
          "add, adapted",
          List.of(
              Variants.byItem(
                  "addAdapted",
                  a -> a.matrix().hasWords(),
                  Variants::anywhere,
                  a -> a.most() * a.matrix().rows(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AdapterKernels::addAdapted,
                          context,
                          a.pass(),
                          a.update(),
                          a.low(),
                          a.matrix().words(),
                          a.matrix().floats(),
                          a.residual(),
                          a.matrix().encoding(),
                          a.matrix().rows(),
                          a.matrix().columns(),
                          a.factor()))));

  static final Operation<Arguments.Raise> RAISE =
      new Operation<>(
          "raise",
          List.of(
              Variants.byItem(
                  "raiseByItem",
                  a -> a.matrix().hasWords(),
                  Variants::anywhere,
                  a -> a.most() * a.matrix().rows(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AdapterKernels::raiseByItem,
                          context,
                          a.pass(),
                          a.low(),
                          a.matrix().words(),
                          a.matrix().floats(),
                          a.output(),
                          a.matrix().encoding(),
                          a.matrix().rows(),
                          a.matrix().columns(),
                          a.firstPart(),
                          a.otherPart()))));

  static final Operation<Arguments.LeaveOut> LEAVE_OUT =
      new Operation<>(
          "leave out",
          List.of(
              Variants.byItem(
                  "leaveOut",
                  Variants::always,
                  Variants::anywhere,
                  a -> a.most() * a.vocabulary(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AdapterKernels::leaveOut,
                          context,
                          a.pass(),
                          a.scored(),
                          a.logits(),
                          a.vocabulary()))));

  private AdapterVariants() {}

  private static KernelVariant.Task<Arguments.Lower> lower(
      Task9<
              KernelContext,
              IntArray,
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer>
          kernel) {
    return (TaskGraph graph, String id, KernelContext context, Arguments.Lower a) ->
        graph.task(
            id,
            kernel,
            context,
            a.pass(),
            a.matrix().words(),
            a.matrix().floats(),
            a.residual(),
            a.low(),
            a.matrix().encoding(),
            a.matrix().rows(),
            a.matrix().columns());
  }
}
