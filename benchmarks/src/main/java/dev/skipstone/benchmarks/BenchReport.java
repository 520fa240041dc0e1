package dev.skipstone.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Figures, and where they were measured.
 *
 * @param environment the machine, the JDK, the model and the settings
 * @param results in the order they are to be shown in
 * @param missing why there are no figures of some of what was asked for, by name
 */
public record BenchReport(
    Environment environment, List<BenchResult> results, Map<String, String> missing) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public BenchReport {
    Objects.requireNonNull(environment, "environment");
    results = List.copyOf(results);
    missing = Collections.unmodifiableMap(new LinkedHashMap<>(missing));
  }

  /** A report that lacks nothing. */
  public BenchReport(Environment environment, List<BenchResult> results) {
    this(environment, results, Map.of());
  }

  /**
   * One JSON object on one line: {@code {"environment":{…},"results":[{"name","metric","unit",
   * "median","min","max","runs":[…]}]}} and, where something is missing, {@code
   * "missing":{NAME:REASON}}.
   */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.set("environment", environment.toJson(JSON));
    ArrayNode rows = root.putArray("results");
    for (BenchResult result : results) {
      ObjectNode row = rows.addObject();
      row.put("name", result.name());
      row.put("metric", result.metric());
      row.put("unit", result.unit());
      row.put("median", result.median());
      row.put("min", result.min());
      row.put("max", result.max());
      ArrayNode runs = row.putArray("runs");
      result.runs().forEach(runs::add);
    }
    if (!missing.isEmpty()) {
      missing.forEach(root.putObject("missing")::put);
    }
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of numbers and texts was not written", e);
    }
  }
}
