package dev.skipstone.benchmarks;

import java.util.List;
import java.util.Objects;

/**
 * A question of a question set.
 *
 * @param id unique in its set
 * @param category what kind of task it is, such as {@code coding}
 * @param turns what the user says, turn by turn; at least one
 */
public record Question(int id, String category, List<String> turns) {
  public Question {
    Objects.requireNonNull(category, "category");
    turns = List.copyOf(turns);
    if (category.isBlank()) {
      throw new IllegalArgumentException("question " + id + " has no category");
    }
    if (turns.isEmpty() || turns.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("question " + id + " has no turn, or an empty one");
    }
  }

  /** The first thing that the user says: what the benchmarks ask. */
  public String text() {
    return turns.getFirst();
  }
}
