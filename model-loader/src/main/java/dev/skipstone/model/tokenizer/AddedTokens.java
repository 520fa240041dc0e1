package dev.skipstone.model.tokenizer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;

/** Tokens that are found in a text as they are written, before it is cut into pieces. */
final class AddedTokens {
  static final int NONE = -1;

  private final String[] sorted;
  private final int[] ids;
  private final BitSet firstChars = new BitSet();

  /**
   * @param tokens the whole vocabulary
   * @param ids those that are added tokens; empty ones are left out
   */
  AddedTokens(String[] tokens, int[] ids) {
    this.ids =
        Arrays.stream(ids)
            .filter(id -> !tokens[id].isEmpty())
            .boxed()
            .sorted(Comparator.comparing(id -> tokens[id]))
            .mapToInt(Integer::intValue)
            .toArray();
    sorted = new String[this.ids.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = tokens[this.ids[i]];
      firstChars.set(sorted[i].charAt(0));
    }
  }

  boolean isEmpty() {
    return ids.length == 0;
  }

  /** The longest token written at {@code at}, or {@link #NONE}. */
  int match(String text, int at) {
    if (!firstChars.get(text.charAt(at))) {
      return NONE;
    }
    int found = NONE;
    int low = 0;
    int high = sorted.length;
    // Tokens that start with text[at, at + depth) are a range, and the shortest comes first.
    for (int depth = 0; low < high && at + depth < text.length(); depth++) {
      char c = text.charAt(at + depth);
      low = firstNotBelow(low, high, depth, c);
      high = firstNotBelow(low, high, depth, c + 1);
      if (low < high && sorted[low].length() == depth + 1) {
        found = ids[low++];
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
      if (sorted[middle].charAt(depth) < c) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
