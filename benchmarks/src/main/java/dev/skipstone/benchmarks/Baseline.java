package dev.skipstone.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The figures of an earlier run, to compare new ones with. */
public final class Baseline {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> HIGHER_IS_BETTER =
      Set.of(
          "tokens_per_second",
          "tokens_per_iteration",
          "speedup",
          "skipstone_ratio",
          "bandwidth",
          "operations");

  private static final Set<String> LOWER_IS_BETTER =
      Set.of("time", "ratio", "launches", "launches_per_layer");

  private final Map<String, BenchResult> figures;

  private Baseline(Map<String, BenchResult> figures) {
    this.figures = figures;
  }

  /**
   * Reads what {@link BenchReport#toJson} wrote.
   *
   * @throws IOException if the file can't be read
   * @throws IllegalArgumentException if it holds something else
   */
  public static Baseline read(Path file) throws IOException {
    String content = Files.readString(file);
    Map<String, BenchResult> figures = new LinkedHashMap<>();
    try {
      JsonNode results = JSON.readTree(content).path("results");
      if (!results.isArray()) {
        throw wrong(file, "it has no list 'results'");
      }
      for (JsonNode node : results) {
        List<Double> runs = new ArrayList<>();
        for (JsonNode run : node.path("runs")) {
          runs.add(run.doubleValue());
        }
        BenchResult result =
            new BenchResult(text(file, node, "name"), text(file, node, "metric"), "", runs);
        figures.put(key(result), result);
      }
    } catch (JsonProcessingException e) {
      throw wrong(file, e.getOriginalMessage());
    }
    return new Baseline(figures);
  }

  private static String text(Path file, JsonNode node, String field) {
    if (!node.path(field).isTextual()) {
      throw wrong(file, "a result has no '" + field + "'");
    }
    return node.path(field).textValue();
  }

  private static IllegalArgumentException wrong(Path file, String why) {
    return new IllegalArgumentException(
        file + ": not what a bench command printed with --format json: " + why);
  }

  private static String key(BenchResult result) {
    return result.name() + " " + result.metric();
  }

  /**
   * A figure that got worse.
   *
   * @param before the earlier run's
   * @param now this run's
   * @param worse by which share of the earlier median
   */
  public record Regression(BenchResult before, BenchResult now, double worse) {}

  /**
   * How new figures stand to the earlier ones.
   *
   * @param compared how many are in both
   * @param regressions those that got worse by more than the tolerance
   * @param lost names and metrics that only the earlier run has
   * @param added names and metrics that only this run has
   */
  public record Comparison(
      int compared, List<Regression> regressions, List<String> lost, List<String> added) {}

  /**
   * Compares medians. A figure got worse where its median did by more than the tolerance and the
   * worst run before is still better than the best run now. Figures that have no better and worse
   * are not compared.
   *
   * @param tolerance as a share, such as 0.1
   */
  public Comparison compare(List<BenchResult> results, double tolerance) {
    Map<String, BenchResult> before = new LinkedHashMap<>(figures);
    List<Regression> regressions = new ArrayList<>();
    List<String> added = new ArrayList<>();
    int compared = 0;
    for (BenchResult now : results) {
      BenchResult earlier = before.remove(key(now));
      if (earlier == null) {
        added.add(key(now));
        continue;
      }
      compared++;
      double worse = worse(earlier, now);
      if (worse > tolerance) {
        regressions.add(new Regression(earlier, now, worse));
      }
    }
    return new Comparison(compared, regressions, List.copyOf(before.keySet()), added);
  }

  /** 0 where it is no worse, or the runs overlap. */
  private static double worse(BenchResult before, BenchResult now) {
    if (HIGHER_IS_BETTER.contains(now.metric()) && now.max() < before.min()) {
      return 1 - now.median() / before.median();
    }
    if (LOWER_IS_BETTER.contains(now.metric()) && now.min() > before.max()) {
      return now.median() / before.median() - 1;
    }
    return 0;
  }
}
