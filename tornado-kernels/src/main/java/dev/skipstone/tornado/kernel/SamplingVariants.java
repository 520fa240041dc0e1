package dev.skipstone.tornado.kernel;

import java.util.List;

/** Kernels that choose tokens. */
final class SamplingVariants {
  static final Operation<Arguments.Rank> RANK =
      new Operation<>(
          "rank",
          List.of(
              Variants.byGroup(
                  "rankByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
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
              Variants.byItem(
                  "rankByItem",
                  Variants::always,
                  Variants::anywhere,
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

  static final Operation<Arguments.Softmax> SOFTMAX =
      new Operation<>(
          "softmax",
          List.of(
              Variants.byGroup(
                  "softmaxByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
                  Arguments::most,
                  SamplingKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          SamplingKernels::softmaxByGroup,
                          context,
                          a.pass(),
                          a.logits(),
                          a.choice(),
                          a.probabilities(),
                          a.vocabulary())),
              Variants.byItem(
                  "softmaxByItem",
                  Variants::always,
                  Variants::anywhere,
                  Arguments::most,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          SamplingKernels::softmaxByItem,
                          context,
                          a.pass(),
                          a.logits(),
                          a.choice(),
                          a.probabilities(),
                          a.vocabulary()))));

  static final Operation<Arguments.Cut> CUT =
      new Operation<>(
          "cut",
          List.of(
              Variants.byGroup(
                  "cutByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
                  Arguments::most,
                  FilterKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          FilterKernels::cutByGroup,
                          context,
                          a.pass(),
                          a.logits(),
                          a.probabilities(),
                          a.choice(),
                          a.least(),
                          a.last(),
                          a.vocabulary())),
              Variants.byItem(
                  "cutByItem",
                  Variants::always,
                  Variants::anywhere,
                  Arguments::most,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          FilterKernels::cutByItem,
                          context,
                          a.pass(),
                          a.logits(),
                          a.probabilities(),
                          a.choice(),
                          a.least(),
                          a.last(),
                          a.vocabulary()))));

  static final Operation<Arguments.Keep> KEEP =
      new Operation<>(
          "keep",
          List.of(
              Variants.byGroup(
                  "keepByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
                  Arguments::most,
                  FilterKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          FilterKernels::keepByGroup,
                          context,
                          a.pass(),
                          a.logits(),
                          a.choice(),
                          a.least(),
                          a.last(),
                          a.probabilities(),
                          a.vocabulary())),
              Variants.byItem(
                  "keepByItem",
                  Variants::always,
                  Variants::anywhere,
                  Arguments::most,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          FilterKernels::keepByItem,
                          context,
                          a.pass(),
                          a.logits(),
                          a.choice(),
                          a.least(),
                          a.last(),
                          a.probabilities(),
                          a.vocabulary()))));

  static final Operation<Arguments.Select> SELECT =
      new Operation<>(
          "select",
          List.of(
              Variants.byGroup(
                  "selectByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
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
              Variants.byItem(
                  "selectByItem",
                  Variants::always,
                  Variants::anywhere,
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

  static final Operation<Arguments.AcceptBest> ACCEPT_BEST =
      new Operation<>(
          "accept best",
          List.of(
              Variants.byItem(
                  "acceptBest",
                  Variants::always,
                  Variants::anywhere,
                  _ -> 1,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AcceptanceKernels::acceptBest,
                          context,
                          a.pass(),
                          a.best(),
                          a.result()))));

  static final Operation<Arguments.AcceptDrawn> ACCEPT_DRAWN =
      new Operation<>(
          "accept drawn",
          List.of(
              Variants.byGroup(
                  "acceptDrawnByGroup",
                  Variants::always,
                  Variants::groupsShareWork,
                  _ -> 1,
                  AcceptanceKernels.LANES,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AcceptanceKernels::acceptDrawnByGroup,
                          context,
                          a.pass(),
                          a.choice(),
                          a.target(),
                          a.draft(),
                          a.result(),
                          a.vocabulary())),
              Variants.byItem(
                  "acceptDrawnByItem",
                  Variants::always,
                  Variants::anywhere,
                  _ -> 1,
                  (graph, id, context, a) ->
                      graph.task(
                          id,
                          AcceptanceKernels::acceptDrawnByItem,
                          context,
                          a.pass(),
                          a.choice(),
                          a.target(),
                          a.draft(),
                          a.result(),
                          a.vocabulary()))));

  private SamplingVariants() {}
}
