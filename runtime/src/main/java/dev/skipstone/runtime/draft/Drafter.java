package dev.skipstone.runtime.draft;

/**
 * Proposes tokens for one generation. What it proposes can be wrong without harm; with greedy
 * decoding, and where a token is certain, it needs no probabilities.
 */
public interface Drafter {
  /**
   * How much speaks for a draft here, before it is made: 0 for nothing to propose, else at least 1,
   * and more where tokens are confirmed more often. {@link DraftController} keeps a rate of
   * acceptance for each.
   *
   * @param history as in {@link #propose}
   */
  default int evidence(TokenHistory history) {
    return 1;
  }

  /**
   * Called ahead of {@link #propose}: catches up on what is left from before, such as a prompt that
   * was not read. Its time says nothing of what drafts cost.
   *
   * @param history as in {@link #propose}
   */
  default void prepare(TokenHistory history) {}

  /**
   * Proposes what could follow. May run draft passes behind the cache's end: the caller then
   * truncates the cache to what it was.
   *
   * @param history all tokens; the last one has not been through a pass yet, those before it are
   *     the cache's
   * @param most most tokens to propose; at least 1
   * @param draft receives them; empty at the call
   */
  void propose(TokenHistory history, int most, Draft draft);

  /**
   * Told what became of a draft that was not empty, so that the next can adapt.
   *
   * @param accepted how many of its tokens stand, from the first on
   */
  default void verified(Draft draft, int accepted) {}
}
