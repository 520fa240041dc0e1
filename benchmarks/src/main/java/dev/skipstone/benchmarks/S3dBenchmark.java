package dev.skipstone.benchmarks;

import dev.skipstone.runtime.draft.DraftMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What a draft adapter gives with each number of drafted tokens, beside what {@link S3dModel}
 * predicts. Every step drafts, whether that pays or not.
 */
public final class S3dBenchmark {
  /** What four more rows add to a pass on a GPU, where reading the weights is what takes time. */
  private static final double GPU_COST_OF_A_ROW = 0.1 / 4;

  private final DecodeBenchmark benchmark;
  private final int most;
  private final double skipped;

  /**
   * @param questions what to answer
   * @param method drafting so many tokens at every step
   * @param most drafted tokens
   * @param skipped share of the sublayers that a draft pass skips
   * @param runs how often to answer all of the questions
   */
  public S3dBenchmark(
      QuestionSet questions, IntFunction<DraftMethod> method, int most, double skipped, int runs) {
    Map<String, DraftMethod> drafts = new LinkedHashMap<>();
    drafts.put(DecodeBenchmark.PLAIN, DraftMethod.none());
    for (int drafted = 1; drafted <= most; drafted++) {
      drafts.put(name(drafted), method.apply(drafted));
    }
    benchmark = new DecodeBenchmark(questions, drafts, runs);
    this.most = most;
    this.skipped = skipped;
  }

  private static String name(int drafted) {
    return "s3d-" + drafted;
  }

  /**
   * Answers on the calling thread, as {@link DecodeBenchmark#run} does.
   *
   * @return {@code s3d/draft=N} with {@code tokens_per_iteration}, {@code iteration_cost} (in plain
   *     decoding's tokens) and {@code speedup}, each measured and, behind {@code predicted_}, by
   *     the model; and {@code estimated_gpu_speedup}, from the measured acceptance where a pass
   *     over five rows costs 1.1 of one. And {@code s3d/model} with its {@code acceptance}, {@code
   *     skipped} and {@code exponent}. Empty if interrupted before there is any
   * @throws DifferentOutputException if drafting changed the tokens
   */
  public List<BenchResult> run(Answerer answerer, Progress progress) {
    List<BenchResult> measured = benchmark.run(answerer, progress);
    double[] tokens =
        IntStream.rangeClosed(1, most)
            .mapToObj(drafted -> find(measured, drafted, "tokens_per_iteration"))
            .mapToDouble(result -> result == null ? Double.NaN : result.median())
            .toArray();
    if (IntStream.range(0, most).anyMatch(i -> Double.isNaN(tokens[i]))) {
      return List.of();
    }
    S3dModel model = S3dModel.fit(skipped, tokens);
    List<BenchResult> results = new ArrayList<>();
    for (int drafted = 1; drafted <= most; drafted++) {
      add(results, measured, drafted, model);
    }
    results.add(one("s3d/model", "acceptance", "1", model.acceptance()));
    results.add(one("s3d/model", "skipped", "1", skipped));
    results.add(one("s3d/model", "exponent", "1", model.exponent()));
    return results;
  }

  private void add(
      List<BenchResult> results, List<BenchResult> measured, int drafted, S3dModel model) {
    String name = "s3d/draft=" + drafted;
    BenchResult tokens = find(measured, drafted, "tokens_per_iteration");
    BenchResult speedup = find(measured, drafted, "speedup");
    results.add(new BenchResult(name, "tokens_per_iteration", "tokens", tokens.runs()));
    results.add(one(name, "predicted_tokens_per_iteration", "tokens", model.tokens(drafted)));
    List<Double> costs =
        IntStream.range(0, tokens.runs().size())
            .mapToObj(run -> tokens.runs().get(run) / speedup.runs().get(run))
            .toList();
    results.add(new BenchResult(name, "iteration_cost", "tokens", costs));
    results.add(one(name, "predicted_iteration_cost", "tokens", model.cost()));
    results.add(new BenchResult(name, "speedup", "1", speedup.runs()));
    results.add(one(name, "predicted_speedup", "1", model.improvement(drafted)));
    DoubleUnaryOperator pass = rows -> 1 + GPU_COST_OF_A_ROW * (rows - 1);
    double cost = (1 - skipped) * pass.applyAsDouble(drafted) + pass.applyAsDouble(drafted + 1.0);
    results.add(
        new BenchResult(
            name,
            "estimated_gpu_speedup",
            "1",
            tokens.runs().stream().map(count -> count / cost).toList()));
  }

  private static BenchResult one(String name, String metric, String unit, double value) {
    return new BenchResult(name, metric, unit, List.of(value));
  }

  private static BenchResult find(List<BenchResult> results, int drafted, String metric) {
    return results.stream()
        .filter(result -> result.name().equals("decode/" + name(drafted) + "/all"))
        .filter(result -> result.metric().equals(metric))
        .findFirst()
        .orElse(null);
  }
}
