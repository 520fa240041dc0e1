package dev.skipstone.tornado.kernel;

import java.util.List;

/** Kernels that work on rows channel by channel: embedding, biases, gate, residual and cap. */
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
                          a.matrix().columns(),
                          a.factor())),
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
                              a.matrix().columns(),
                              a.factor()))),
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
                          a.matrix().columns(),
                          a.factor()))));

  static final Operation<Arguments.Start> START =
      new Operation<>(
          "start",
          List.of(
              Variants.byItem(
                  "startStep",
                  Variants::always,
                  Variants::anywhere,
                  a -> 1,
                  (graph, id, context, a) ->
                      graph.task(id, ElementKernels::startStep, context, a.pass()))));

  static final Operation<Arguments.AddBias> ADD_BIAS =
      new Operation<>(
          "add bias",
          List.of(
              Variants.byItem(
                  "addBias",
                  Variants::always,
                  Variants::anywhere,
                  a -> a.most() * a.channels(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          ElementKernels::addBias,
                          context,
                          a.pass(),
                          a.bias(),
                          a.output(),
                          a.channels()))));

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
                          a.activation(),
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
                          a.width(),
                          a.factor()))));

  static final Operation<Arguments.Cap> CAP =
      new Operation<>(
          "cap",
          List.of(
              Variants.byItem(
                  "capLogits",
                  Variants::always,
                  Variants::anywhere,
                  a -> a.most() * a.vocabulary(),
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          ElementKernels::capLogits,
                          context,
                          a.pass(),
                          a.logits(),
                          a.vocabulary(),
                          a.cap()))));

  private RowVariants() {}
}
