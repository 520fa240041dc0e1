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

  private final Map<String, Map<String, SpeculationStats>> sums = new LinkedHashMap<>();

  void add(String draft, String category, SpeculationStats stats) {
    Map<String, SpeculationStats> row = sums.computeIfAbsent(draft, name -> new LinkedHashMap<>());
    row.put(category, row.getOrDefault(category, SpeculationStats.ZERO).plus(stats));
    row.put(ALL, row.getOrDefault(ALL, SpeculationStats.ZERO).plus(stats));
  }

  private SpeculationStats sum(String draft, String category) {
    return sums.getOrDefault(draft, Map.of()).getOrDefault(category, SpeculationStats.ZERO);
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
    SpeculationStats own = sum(draft, category);
    SpeculationStats plain = sum(DecodeBenchmark.PLAIN, category);
    return own.decodedTokens() > 0
        && own.decodeSeconds() > 0
        && own.iterations() > 0
        && plain.decodeSeconds() > 0;
  }

  private double speedup(String draft, String category) {
    return sum(draft, category).tokensPerSecond()
        / sum(DecodeBenchmark.PLAIN, category).tokensPerSecond();
  }
}
