package dev.skipstone.model.tokenizer;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;

/** Finds added tokens in a text: the leftmost, and of these the longest. */
final class AddedTokens {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private final AddedToken[] sorted;
  private final BitSet firstChars = new BitSet();

  /**
   * @param tokens those without content are left out
   */
  AddedTokens(List<AddedToken> tokens) {
    sorted =
        tokens.stream()
            .filter(token -> !token.content().isEmpty())
            .sorted(Comparator.comparing(AddedToken::content))
            .toArray(AddedToken[]::new);
    for (AddedToken token : sorted) {
      firstChars.set(token.content().charAt(0));
    }
  }

  boolean isEmpty() {
    return sorted.length == 0;
  }

  /** Hands on what lies between the tokens in {@code text[from, to)}, and the tokens' ids. */
  void cut(String text, int from, int to, PieceSink between, IntConsumer found) {
    int start = from;
    int at = isEmpty() ? to : from;
    while (at < to) {
      AddedToken token = match(text, at, to);
      if (token == null || (token.singleWord() && withinWord(text, from, at, to, token))) {
        at++;
        continue;
      }
      int tokenStart = token.takesLeft() ? spaceStart(text, start, at) : at;
      if (start < tokenStart) {
        between.piece(text, start, tokenStart);
      }
      found.accept(token.id());
      at += token.content().length();
      while (token.takesRight() && at < to && Whitespace.is(text.charAt(at))) {
        at++;
      }
      start = at;
    }
    if (start < to) {
      between.piece(text, start, to);
    }
  }

  private static int spaceStart(String text, int from, int to) {
    int at = to;
    while (at > from && Whitespace.is(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static boolean withinWord(String text, int from, int at, int to, AddedToken token) {
    int stop = at + token.content().length();
    return (at > from && ofWord(text.codePointBefore(at)))
        || (stop < to && ofWord(text.codePointAt(stop)));
  }

  /** Whether a regular expression's {@code \w} matches a character, as Unicode recommends. */
  private static boolean ofWord(int c) {
    return Character.isAlphabetic(c)
        || c == ZERO_WIDTH_JOINER
        || c == ZERO_WIDTH_NON_JOINER
        || switch (Character.getType(c)) {
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.DECIMAL_DIGIT_NUMBER,
              Character.CONNECTOR_PUNCTUATION ->
              true;
          default -> false;
        };
  }

  /** The longest token written at {@code at}, or null. */
  AddedToken match(String text, int at, int end) {
    if (!firstChars.get(text.charAt(at))) {
      return null;
    }
    AddedToken found = null;
    int low = 0;
    int high = sorted.length;
    // Tokens that start with text[at, at + depth) are a range, and the shortest comes first.
    for (int depth = 0; low < high && at + depth < end; depth++) {
      char c = text.charAt(at + depth);
      low = firstNotBelow(low, high, depth, c);
      high = firstNotBelow(low, high, depth, c + 1);
      while (low < high && sorted[low].content().length() == depth + 1) {
        found = sorted[low++];
      }
    }
    return found;
  }

  /** All tokens in the range are longer than {@code depth} and sorted by their character there. */
  private int firstNotBelow(int from, int to, int depth, int c) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle].content().charAt(depth) < c) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
