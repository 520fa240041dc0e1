package dev.skipstone.benchmarks;

import dev.skipstone.runtime.SpeculationStats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answers of one run, added up by draft method and category. A figure is total tokens by total
 * seconds or iterations, so a long answer weighs more than a short one, as it does for a user.
 */
final class DecodeTally {
  private static final String ALL = "all";

  /** Sums of some answers; tokens without each answer's first, which reading the prompt gives. */
  private record Sum(long tokens, double seconds, long iterations) {
    static final Sum ZERO = new Sum(0, 0, 0);

    Sum plus(SpeculationStats stats) {
      return new Sum(
          tokens + Math.max(0, stats.generatedTokens() - 1),
          seconds + stats.decodeSeconds(),
          iterations + stats.iterations());
    }

    double tokensPerSecond() {
      return tokens / seconds;
    }

    double tokensPerIteration() {
      return (double) tokens / iterations;
    }
  }

  private final Map<String, Map<String, Sum>> sums = new LinkedHashMap<>();

  void add(String draft, String category, SpeculationStats stats) {
    Map<String, Sum> row = sums.computeIfAbsent(draft, name -> new LinkedHashMap<>());
    row.put(category, row.getOrDefault(category, Sum.ZERO).plus(stats));
    row.put(ALL, row.getOrDefault(ALL, Sum.ZERO).plus(stats));
  }

  private Sum sum(String draft, String category) {
    return sums.getOrDefault(draft, Map.of()).getOrDefault(category, Sum.ZERO);
  }

  /**
   * The figures of several runs over the same questions; drafts in the order given, categories in
   * the order of the questions, {@code all} last. What has no tokens to count is left out.
   */
  static List<BenchResult> results(List<DecodeTally> runs, List<String> drafts) {
    List<String> categories =
        new ArrayList<>(
            runs.getFirst().sums.getOrDefault(DecodeBenchmark.PLAIN, Map.of()).keySet());
    if (categories.remove(ALL)) {
      categories.add(ALL);
    }
    List<BenchResult> results = new ArrayList<>();
    for (String draft : drafts) {
      for (String category : categories) {
        if (runs.stream().anyMatch(run -> !run.counts(draft, category))) {
          continue;
        }
        String name = "decode/" + draft + "/" + category;
        results.add(
            new BenchResult(
                name,
                "tokens_per_second",
                "tokens/s",
                runs.stream().map(run -> run.sum(draft, category).tokensPerSecond()).toList()));
        results.add(
            new BenchResult(
                name,
                "tokens_per_iteration",
                "tokens",
                runs.stream().map(run -> run.sum(draft, category).tokensPerIteration()).toList()));
        if (!draft.equals(DecodeBenchmark.PLAIN)) {
          results.add(
              new BenchResult(
                  name,
                  "speedup",
                  "1",
                  runs.stream().map(run -> run.speedup(draft, category)).toList()));
        }
      }
    }
    return results;
  }

  private boolean counts(String draft, String category) {
    Sum own = sum(draft, category);
    Sum plain = sum(DecodeBenchmark.PLAIN, category);
    return own.tokens > 0 && own.seconds > 0 && own.iterations > 0 && plain.seconds > 0;
  }

  private double speedup(String draft, String category) {
    return sum(draft, category).tokensPerSecond()
        / sum(DecodeBenchmark.PLAIN, category).tokensPerSecond();
  }
}
