package dev.skipstone.adapt;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Finds which sublayers a draft keeps, by taking away the one that costs least until few enough are
 * left. A cost seldom falls when other sublayers go, so that one that was known to be dear is not
 * computed again before it is the least (lazy greedy selection, Minoux 1978).
 */
final class SublayerSearch {
  private SublayerSearch() {}

  /** A sublayer with what was known of it when so many others were left. */
  private record Candidate(int sublayer, double loss, int left) {}

  /**
   * Takes sublayers away.
   *
   * @param count how many are to be left
   * @return whether so few are left; not if the listener had enough
   */
  static boolean shrink(ShrinkingPath path, int count, SublayerFinder.Listener listener) {
    PriorityQueue<Candidate> candidates =
        new PriorityQueue<>(
            Comparator.comparingDouble(Candidate::loss).thenComparingInt(Candidate::sublayer));
    for (int i = 0; i < path.sublayers(); i++) {
      candidates.add(new Candidate(i, Double.NEGATIVE_INFINITY, 0));
    }
    boolean going = true;
    while (going && candidates.size() > count) {
      int left = candidates.size();
      Candidate least = candidates.remove();
      while (least.left() != left) {
        int sublayer = least.sublayer();
        candidates.add(new Candidate(sublayer, path.lossWithout(sublayer), left));
        least = candidates.remove();
      }
      path.remove(least.sublayer());
      going = listener.leftOut(candidates.size(), least.loss());
    }
    return candidates.size() == count;
  }
}
