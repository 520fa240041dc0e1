package dev.skipstone.benchmarks;

import dev.skipstone.runtime.SpeculationStats;
import java.util.Objects;

/**
 * A decoded answer. Its array is not to be changed.
 *
 * @param tokens the answer's token ids
 * @param stats its figures
 */
// An array: answers are compared by Arrays.equals only, never as records.
@SuppressWarnings("ArrayRecordComponent")
public record Answer(int[] tokens, SpeculationStats stats) {
  public Answer {
    Objects.requireNonNull(tokens, "tokens");
    Objects.requireNonNull(stats, "stats");
  }
}
