package dev.skipstone.benchmarks.peers;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What an engine generated, and how fast.
 *
 * @param promptRate prompt tokens a second until the first token of the answer
 * @param decodeRate further tokens of the answer a second; 0 where there was only one
 * @param tokens token ids of the answer; empty where the engine does not tell them
 */
public record PeerAnswer(double promptRate, double decodeRate, Optional<List<Integer>> tokens) {
  /** Fewer different tokens than this are no text. */
  private static final int LEAST_DIFFERENT = 3;

  public PeerAnswer {
    if (!(promptRate >= 0 && decodeRate >= 0)) {
      throw new IllegalArgumentException(
          "rates of %s and %s tokens/s".formatted(promptRate, decodeRate));
    }
    tokens = tokens.map(List::copyOf);
  }

  /**
   * What was timed.
   *
   * @param promptTokens read before the answer
   * @param promptSeconds until the first token
   * @param decodeSeconds from the first token to the last
   */
  static PeerAnswer timed(
      int promptTokens, double promptSeconds, double decodeSeconds, List<Integer> tokens) {
    // A clock of coarse steps may not have moved.
    double least = 1e-9;
    return new PeerAnswer(
        promptTokens / Math.max(promptSeconds, least),
        Math.max(0, tokens.size() - 1) / Math.max(decodeSeconds, least),
        Optional.of(tokens));
  }

  /**
   * Why this can't be an answer of a language model; empty where it can, or is not known.
   *
   * @param count tokens that were asked for
   * @param vocabulary tokens of the model
   */
  Optional<String> problem(int count, int vocabulary) {
    if (tokens.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> all = tokens.get();
    if (all.isEmpty()) {
      return Optional.of("it generated nothing");
    }
    if (all.size() > count) {
      return Optional.of(
          "it generated %d tokens where %d were asked for".formatted(all.size(), count));
    }
    for (int token : all) {
      if (token < 0 || token >= vocabulary) {
        return Optional.of(
            "its token %d is not in the vocabulary of %d".formatted(token, vocabulary));
      }
    }
    TreeSet<Integer> different = new TreeSet<>(all);
    if (all.size() >= 4 * LEAST_DIFFERENT && different.size() < LEAST_DIFFERENT) {
      return Optional.of(
          "its %d tokens are nothing but %s again and again".formatted(all.size(), different));
    }
    return Optional.empty();
  }

  /** How many tokens from the first on are the same in another answer; empty if not known. */
  Optional<Integer> commonPrefix(PeerAnswer other) {
    if (tokens.isEmpty() || other.tokens.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> own = tokens.get();
    List<Integer> others = other.tokens.get();
    int length = 0;
    while (length < Math.min(own.size(), others.size())
        && own.get(length).equals(others.get(length))) {
      length++;
    }
    return Optional.of(length);
  }
}
