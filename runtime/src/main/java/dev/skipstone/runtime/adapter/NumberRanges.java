package dev.skipstone.runtime.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Lists such as {@code 0,1,8,20-22} in a file's metadata: ascending, both ends included. */
final class NumberRanges {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

  /** Both ends included. */
  record Range(int first, int last) {}

  private NumberRanges() {}

  /**
   * Reads a list; an empty text is an empty one.
   *
   * @throws IllegalArgumentException if it is no such list, or not ascending
   */
  static List<Range> parse(String text) {
    List<Range> ranges = new ArrayList<>();
    int least = 0;
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      Matcher matcher = RANGE.matcher(part);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("is no list such as 0,1,8,20-22");
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first < least || last < first) {
        throw new IllegalArgumentException("its numbers do not ascend at " + part);
      }
      ranges.add(new Range(first, last));
      least = last + 1;
    }
    return ranges;
  }

  /**
   * Each number of a list.
   *
   * @throws IllegalArgumentException as {@link #parse}, or for a number above {@code most}
   */
  static int[] numbers(String text, int most) {
    List<Range> ranges = parse(text);
    if (!ranges.isEmpty() && ranges.getLast().last() > most) {
      throw new IllegalArgumentException(ranges.getLast().last() + " is above " + most);
    }
    return ranges.stream()
        .flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last()))
        .toArray();
  }
}
