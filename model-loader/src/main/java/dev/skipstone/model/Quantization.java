package dev.skipstone.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How the values of a quantized type are made: value = scale * code + minimum, with a scale, and
 * maybe a minimum, for each group of values that follow one another.
 *
 * @param groupSize values that share a scale; a block has a whole number of groups
 * @param lowest the lowest code
 * @param highest the highest code; lowest and highest fit into a byte
 * @param hasMinimum whether a group adds a minimum
 * @param levels the codes that there are, upwards, where they are not all from lowest to highest;
 *     else empty
 */
public record Quantization(
    int groupSize, int lowest, int highest, boolean hasMinimum, List<Integer> levels) {

  /** All codes from lowest to highest. */
  Quantization(int groupSize, int lowest, int highest, boolean hasMinimum) {
    this(groupSize, lowest, highest, hasMinimum, List.of());
  }

  /** Some codes, without a minimum. */
  static Quantization of(int groupSize, byte[] levels) {
    List<Integer> list = new ArrayList<>();
    for (byte level : levels) {
      list.add((int) level);
    }
    return new Quantization(groupSize, list.getFirst(), list.getLast(), false, List.copyOf(list));
  }
}
