package dev.skipstone.runtime.draft;

/** Proposes tokens for one generation. */
public interface Drafter {
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

  /** Told how many tokens of a draft that was not empty the full model confirmed. */
  default void verified(Draft draft, int accepted) {}
}
