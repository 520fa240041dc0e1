package dev.skipstone.cli;

import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Lists of numbers as the command line takes them. */
final class IntLists {
  /** No model has as many layers: a range beyond it is a slip of the finger. */
  private static final int MOST_LAYERS = 9999;

  private IntLists() {}

  /**
   * @param option named in messages
   * @param list such as {@code 3,5-9}: numbers and ranges, both ends included
   * @return the numbers, ascending, each once
   * @throws UsageException if the list is anything else
   */
  static int[] layers(String option, String list) {
    TreeSet<Integer> layers = new TreeSet<>();
    for (String part : list.split(",", -1)) {
      String[] ends = part.strip().split("-", -1);
      if (ends.length > 2) {
        throw wrong(option, list, "numbers and ranges, such as 3,5-9");
      }
      int first = number(option, list, ends[0], MOST_LAYERS, "numbers and ranges, such as 3,5-9");
      int last =
          ends.length == 1
              ? first
              : number(option, list, ends[1], MOST_LAYERS, "numbers and ranges, such as 3,5-9");
      if (last < first) {
        throw new UsageException(
            "%s %s: the range %s runs backwards".formatted(option, list, part.strip()));
      }
      for (int layer = first; layer <= last; layer++) {
        layers.add(layer);
      }
    }
    return layers.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * @param option named in messages
   * @param list such as {@code 1,2,3}
   * @return the numbers, in order
   * @throws UsageException if the list is anything else
   */
  static int[] numbers(String option, String list) {
    String[] parts = list.split(",", -1);
    int[] numbers = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] =
          number(option, list, parts[i], Integer.MAX_VALUE, "whole numbers, such as 1,2,3");
    }
    return numbers;
  }

  /** The opposite of {@link #numbers}. */
  static String joined(int[] numbers) {
    return Arrays.stream(numbers).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  private static int number(String option, String list, String text, int most, String form) {
    String digits = text.strip();
    if (digits.isEmpty() || digits.length() > 10 || !digits.chars().allMatch(IntLists::isDigit)) {
      throw wrong(option, list, form);
    }
    long value = Long.parseLong(digits);
    if (value > most) {
      throw new UsageException("%s: %d is above %d".formatted(option, value, most));
    }
    return (int) value;
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  private static UsageException wrong(String option, String list, String form) {
    String shown = list.length() <= 40 ? list : list.substring(0, 40) + "...";
    return new UsageException("%s takes %s, not '%s'".formatted(option, form, shown));
  }
}
