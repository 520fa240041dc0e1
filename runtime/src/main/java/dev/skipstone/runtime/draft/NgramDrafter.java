package dev.skipstone.runtime.draft;

/**
 * Proposes what followed the latest earlier occurrence of the text's last n tokens, for the largest
 * n from {@value #LONGEST} to {@value #SHORTEST} that occurred.
 */
final class NgramDrafter implements Drafter {
  private static final int LONGEST = 4;

  /** One token alone says too little of what comes next. */
  private static final int SHORTEST = 2;

  @Override
  public void propose(TokenHistory history, int most, Draft draft) {
    int best = 0;
    int bestEnd = 0;
    // Ends of earlier occurrences, the latest first.
    for (int end = history.length() - 1; end >= SHORTEST && best < LONGEST; end--) {
      int matched = matched(history, end);
      if (matched > best) {
        best = matched;
        bestEnd = end;
      }
    }
    if (best >= SHORTEST) {
      int end = Math.min(history.length(), bestEnd + most);
      for (int i = bestEnd; i < end; i++) {
        draft.add(history.get(i));
      }
    }
  }

  /** How many tokens before {@code end} are the text's last ones; {@value #LONGEST} at most. */
  private static int matched(TokenHistory history, int end) {
    int matched = 0;
    while (matched < LONGEST
        && matched < end
        && history.get(end - 1 - matched) == history.get(history.length() - 1 - matched)) {
      matched++;
    }
    return matched;
  }
}
