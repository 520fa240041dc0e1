package dev.skipstone.adapt;

import java.util.BitSet;
import java.util.Random;

/** Chooses anchors of a sequence at random, each at most once. */
final class AnchorChoice {
  private final int[] places;

  AnchorChoice(int maxTokens) {
    places = new int[maxTokens];
  }

  /**
   * Chooses.
   *
   * @param allowed positions
   * @param length tokens of the sequence; an anchor needs a token behind it
   * @return how many there are: {@code most}, or fewer where fewer are allowed
   */
  int choose(BitSet allowed, int length, int most, Random random) {
    int count = 0;
    for (int i = allowed.nextSetBit(0); i >= 0 && i < length - 1; i = allowed.nextSetBit(i + 1)) {
      places[count++] = i;
    }
    int chosen = Math.min(most, count);
    for (int i = 0; i < chosen; i++) {
      int j = i + random.nextInt(count - i);
      int place = places[j];
      places[j] = places[i];
      places[i] = place;
    }
    return chosen;
  }

  /** The chosen ones first. */
  int[] places() {
    return places;
  }
}
