package dev.skipstone.tornado.kernel;

import java.util.List;

/** Kernels that work on rows channel by channel: embedding, norms, gate and residual. */
final class RowVariants {
  static final Operation<Arguments.Embed> EMBED =
      new Operation<>(
          "embed",
          List.of(
              Variants.byItem(
                  "embed",
                  a -> a.matrix().hasWords(),
                  Variants::anywhere,
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
              Variants.on(
                  DeviceTraits::half,
                  Variants.byItem(
                      "embedHalves",
                      a -> a.matrix().hasHalves(),
                      Variants::anywhere,
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
              Variants.byItem(
                  "embedVectors",
                  a -> a.matrix().hasVectors(),
                  Variants::anywhere,
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

  static final Operation<Arguments.Gate> GATE =
      new Operation<>(
          "gate",
          List.of(
              Variants.byItem(
                  "gate",
                  Variants::always,
                  Variants::anywhere,
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

  static final Operation<Arguments.Add> ADD =
      new Operation<>(
          "add",
          List.of(
              Variants.byItem(
                  "addResidual",
                  Variants::always,
                  Variants::anywhere,
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

  private RowVariants() {}
}
