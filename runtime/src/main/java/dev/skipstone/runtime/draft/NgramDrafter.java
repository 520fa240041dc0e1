package dev.skipstone.runtime.draft;

/**
 * Proposes what followed the latest earlier occurrence of the text's last n tokens, for the largest
 * n from {@value #LONGEST} to {@value #SHORTEST} that occurred. The evidence for that is how many
 * tokens are the same, {@value #LONGEST} or more.
 */
final class NgramDrafter implements Drafter {
  private static final int LONGEST = 4;

  /** One token alone says too little of what comes next. */
  private static final int SHORTEST = 2;

  /** What was found, and for how many tokens of the history. */
  private int matched;

  private int matchEnd;
  private int lookedAt;

  @Override
  public int evidence(TokenHistory history) {
    look(history);
    return matched < SHORTEST ? 0 : matched(history, matchEnd, DraftController.MOST_EVIDENCE);
  }

  @Override
  public void propose(TokenHistory history, int most, Draft draft) {
    look(history);
    if (matched >= SHORTEST) {
      int end = Math.min(history.length(), matchEnd + most);
      for (int i = matchEnd; i < end; i++) {
        draft.add(history.get(i));
      }
    }
  }

  private void look(TokenHistory history) {
    if (lookedAt == history.length()) {
      return;
    }
    lookedAt = history.length();
    matched = 0;
    // Ends of earlier occurrences, the latest first.
    for (int end = history.length() - 1; end >= SHORTEST && matched < LONGEST; end--) {
      int same = matched(history, end, LONGEST);
      if (same > matched) {
        matched = same;
        matchEnd = end;
      }
    }
  }

  /** How many tokens before {@code end} are the text's last ones; {@code most} at most. */
  private static int matched(TokenHistory history, int end, int most) {
    int matched = 0;
    while (matched < most
        && matched < end
        && history.get(end - 1 - matched) == history.get(history.length() - 1 - matched)) {
      matched++;
    }
    return matched;
  }
}
