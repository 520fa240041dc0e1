package dev.skipstone.adapt;

import java.util.List;
import java.util.Random;

/**
 * Texts to train on, by number, so that a resumed training goes on where it stopped. The same
 * number gives the same text each time.
 */
@FunctionalInterface
public interface SequenceSource {
  /**
   * A text.
   *
   * @param number from 0; there is no last one
   */
  TrainingSequence sequence(long number);

  /**
   * Texts of a list, over and over, each time in another order.
   *
   * @param seed of the orders
   * @throws IllegalArgumentException for an empty list
   */
  static SequenceSource shuffled(List<TrainingSequence> texts, long seed) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("no texts to train on");
    }
    List<TrainingSequence> list = List.copyOf(texts);
    return number -> {
      long round = number / list.size();
      int place = (int) (number % list.size());
      return list.get(place(place, list.size(), new Random(seed * 31 + round)));
    };
  }

  /** Where a place goes in a random order of all: the order itself need not be kept. */
  private static int place(int place, int size, Random random) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order[place];
  }
}
