package dev.skipstone.tornado.kernel;

import java.util.List;

/** Kernels of attention. */
final class AttentionVariants {
  static final Operation<Arguments.Rotate> ROTATE =
      new Operation<>(
          "rotate and append",
          List.of(
              Variants.byItem(
                  "rotateAndAppend",
                  Variants::always,
                  Variants::anywhere,
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

  static final Operation<Arguments.Attend> ATTEND =
      new Operation<>(
          "attend",
          List.of(
              Variants.byGroup(
                  "attendByGroup",
                  a -> a.sizes().headSize() <= AttentionKernels.MAX_HEAD_SIZE,
                  Variants::groupsShareWork,
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
                          a.sizes().positions(),
                          a.scale(),
                          a.cap())),
              Variants.byItem(
                  "attendByItem",
                  Variants::always,
                  Variants::anywhere,
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
                          a.sizes().positions(),
                          a.scale(),
                          a.cap()))));

  private AttentionVariants() {}
}
