package dev.skipstone.cli;

import dev.skipstone.adapt.Evaluation;
import dev.skipstone.adapt.TrainingProgress;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How good an adapter is, in words. */
final class AdapterFigures {
  private AdapterFigures() {}

  /**
   * While it is trained.
   *
   * @param skipped share of the sublayers that a draft skips: an iteration costs 2 - skipped passes
   *     (arXiv 2405.20314) where a pass over several rows costs one over one
   */
  static String of(TrainingProgress progress, double skipped) {
    double[] acceptance = doubles(progress.acceptance());
    double tokens = 1 + Arrays.stream(acceptance).sum();
    return Figures.format(
        "loss %.3f, accepted up to each place %s: %.2f tokens an iteration, at best %.2fx%s",
        progress.loss(),
        shares(acceptance),
        tokens,
        tokens / (2 - skipped),
        riding(doubles(progress.riding())));
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /** On text that it was not trained on. */
  static String of(Evaluation evaluation) {
    if (evaluation.drafts() == 0) {
      return "too little text to hold some back: not judged";
    }
    return Figures.format(
        "on held-back text, %d drafts: accepted up to each place %s; %.2f tokens an iteration%s",
        evaluation.drafts(),
        shares(evaluation.acceptance()),
        evaluation.tokensPerIteration(evaluation.acceptance().length),
        riding(evaluation.riding()));
  }

  private static String riding(double[] shares) {
    return shares.length == 0 ? "" : "; by masks that ride " + shares(shares);
  }

  private static String shares(double[] shares) {
    return Arrays.stream(shares)
        .mapToObj(share -> Figures.format("%.2f", share))
        .collect(Collectors.joining(", "));
  }
}
