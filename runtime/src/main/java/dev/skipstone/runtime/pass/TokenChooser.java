package dev.skipstone.runtime.pass;

/**
 * Chooses the tokens of one generation from the logits of a runner's last pass, by one rule: those
 * that are drafted, how far a draft stands, and the one behind it. What drafted tokens were drawn
 * from stays with the chooser, where the logits are, until the draft is verified. Not thread-safe.
 */
public interface TokenChooser {
  /**
   * Chooses a token of a draft.
   *
   * @param logits of a draft pass
   * @param row of the logits, that the token is chosen from
   * @param index place of the token in the draft, from 0; fewer than the runner's {@link
   *     PassRunner#maxLogitRows} less one
   */
  int draft(Logits logits, int row, int index);

  /**
   * Decides how far a draft stands and which token follows: {@link #accepted} and {@link #next}.
   *
   * @param logits row i are the full model's behind the draft's first i tokens, which were the
   *     pass's tokens behind its first
   */
  void verify(DraftTokens draft, Logits logits);

  /** Tokens of the verified draft that stand, from the first on. */
  int accepted();

  /** The full model's own token behind them. */
  int next();
}
