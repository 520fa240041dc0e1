package dev.skipstone.adapt.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** What the model has written before, for requests that are about a text. */
final class EarlierText {
  private static final int TRIES = 60;

  /**
   * A question and its answer.
   *
   * @param kind of the request
   * @param asked the user's words; empty where they were not one turn
   * @param answer its words
   * @param ended whether the answer came to its end
   */
  record Piece(RequestKind kind, String asked, String answer, boolean ended) {}

  private final List<Piece> pieces = new ArrayList<>();

  void add(Piece piece) {
    pieces.add(piece);
  }

  /** Any piece of a sort; empty where there is none, or they are too rare to be found. */
  Optional<Piece> any(RandomGenerator random, Predicate<Piece> wanted) {
    for (int i = 0; i < TRIES && !pieces.isEmpty(); i++) {
      Piece piece = pieces.get(random.nextInt(pieces.size()));
      if (wanted.test(piece)) {
        return Optional.of(piece);
      }
    }
    return Optional.empty();
  }
}
