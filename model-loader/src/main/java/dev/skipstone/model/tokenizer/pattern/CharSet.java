package dev.skipstone.model.tokenizer.pattern;

import java.util.List;

/**
 * A set of characters: Unicode categories, ranges and other sets, or all but these.
 *
 * @param categories a bit for each of {@link Character#getType}'s values
 * @param ranges first and last code point of each range, by turns
 */
record CharSet(int categories, List<Integer> ranges, List<CharSet> parts, boolean negated) {
  /** Unicode's White_Space. */
  static final CharSet SPACE =
      new CharSet(
          0,
          List.of(
              0x09, 0x0d, 0x20, 0x20, 0x85, 0x85, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a,
              0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000),
          List.of(),
          false);

  static CharSet of(int first, int last) {
    return new CharSet(0, List.of(first, last), List.of(), false);
  }

  static CharSet ofCategories(int categories) {
    return new CharSet(categories, List.of(), List.of(), false);
  }

  static CharSet union(List<CharSet> parts, boolean negated) {
    return parts.size() == 1 && !negated
        ? parts.getFirst()
        : new CharSet(0, List.of(), List.copyOf(parts), negated);
  }

  CharSet negate() {
    return new CharSet(categories, ranges, parts, !negated);
  }

  /**
   * @param category the code point's category
   */
  boolean contains(int codePoint, int category) {
    boolean found = (categories >>> category & 1) != 0;
    for (int i = 0; i < ranges.size() && !found; i += 2) {
      found = codePoint >= ranges.get(i) && codePoint <= ranges.get(i + 1);
    }
    for (int i = 0; i < parts.size() && !found; i++) {
      found = parts.get(i).contains(codePoint, category);
    }
    return found != negated;
  }
}
