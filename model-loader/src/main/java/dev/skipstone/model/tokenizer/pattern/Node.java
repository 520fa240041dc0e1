package dev.skipstone.model.tokenizer.pattern;

import java.util.List;

/** A part of a regular expression. */
sealed interface Node {
  /** One character out of a set. */
  record Chars(CharSet set) implements Node {}

  /** Parts one after the other; possibly none. */
  record Sequence(List<Node> parts) implements Node {}

  /** The first of these that leads to a match. */
  record Choice(List<Node> options) implements Node {}

  /**
   * A part several times, as often as possible.
   *
   * @param most {@link #NO_LIMIT} for any number
   * @param possessive whether what was taken is never given back
   */
  record Repeat(Node part, int least, int most, boolean possessive) implements Node {
    static final int NO_LIMIT = -1;
  }

  /** A look at the next character, of which there must be one in the set, or none. */
  record Look(CharSet set, boolean negative) implements Node {}
}
