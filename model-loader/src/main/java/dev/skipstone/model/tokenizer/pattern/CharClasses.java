package dev.skipstone.model.tokenizer.pattern;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Divides all characters into the fewest classes such that each of some sets is made of whole
 * classes.
 */
final class CharClasses {
  private static final int MOST_SETS = 64;
  private static final int CATEGORIES = 32;
  private static final int REPLACEMENT = 0xfffd;

  /** First code points of the segments between which every range of the sets begins and ends. */
  private final int[] segments;

  /** The class of each segment and category. */
  private final short[] cells;

  private final short[] ascii = new short[128];

  /** For each class a bit for each set that has it. */
  private final long[] signatures;

  /**
   * @throws IllegalArgumentException for too many sets
   */
  CharClasses(List<CharSet> sets) {
    if (sets.size() > MOST_SETS) {
      throw new IllegalArgumentException("has more than " + MOST_SETS + " sets of characters");
    }
    SortedSet<Integer> starts = new TreeSet<>(List.of(0));
    sets.forEach(set -> addStarts(set, starts));
    segments = starts.stream().mapToInt(Integer::intValue).toArray();
    cells = new short[segments.length * CATEGORIES];
    Map<Long, Short> classes = new HashMap<>();
    long[] found = new long[cells.length];
    for (int cell = 0; cell < cells.length; cell++) {
      long signature = 0;
      for (int i = 0; i < sets.size(); i++) {
        if (sets.get(i).contains(segments[cell / CATEGORIES], cell % CATEGORIES)) {
          signature |= 1L << i;
        }
      }
      Short known = classes.putIfAbsent(signature, (short) classes.size());
      cells[cell] = known == null ? (short) (classes.size() - 1) : known;
      found[cells[cell]] = signature;
    }
    signatures = Arrays.copyOf(found, classes.size());
    for (int c = 0; c < ascii.length; c++) {
      ascii[c] = (short) find(c);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CharClasses classes
        && Arrays.equals(segments, classes.segments)
        && Arrays.equals(cells, classes.cells);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(cells);
  }

  int size() {
    return signatures.length;
  }

  /** The class of a code point; a lone surrogate counts as U+FFFD. */
  int of(int codePoint) {
    return codePoint < ascii.length ? ascii[codePoint] : find(codePoint);
  }

  /** Whether a set, by its number, has the characters of a class. */
  boolean contains(int set, int charClass) {
    return (signatures[charClass] >>> set & 1) != 0;
  }

  private int find(int codePoint) {
    int c = codePoint >= 0xd800 && codePoint < 0xe000 ? REPLACEMENT : codePoint;
    int at = Arrays.binarySearch(segments, c);
    int segment = at < 0 ? -at - 2 : at;
    return cells[segment * CATEGORIES + Character.getType(c)];
  }

  private static void addStarts(CharSet set, SortedSet<Integer> starts) {
    for (int i = 0; i < set.ranges().size(); i += 2) {
      starts.add(set.ranges().get(i));
      starts.add(set.ranges().get(i + 1) + 1);
    }
    set.parts().forEach(part -> addStarts(part, starts));
  }
}
