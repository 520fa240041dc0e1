package dev.skipstone.adapt;

/**
 * What an adapter reaches on texts that it was not trained on, if drafts are accepted where they
 * equal the text.
 *
 * @param drafts that were looked at
 * @param acceptance for each i, the share of drafts whose rows 0 to i are all right
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record Evaluation(int drafts, double[] acceptance) {

  static Evaluation of(int drafts, int[] accepted) {
    double[] shares = new double[accepted.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = drafts == 0 ? 0 : (double) accepted[i] / drafts;
    }
    return new Evaluation(drafts, shares);
  }

  /**
   * Tokens that an iteration gives: those accepted and the target's own one.
   *
   * @param draftTokens of a draft, at most as many as the adapter has
   */
  public double tokensPerIteration(int draftTokens) {
    double tokens = 1;
    for (int i = 0; i < draftTokens; i++) {
      tokens += acceptance[i];
    }
    return tokens;
  }
}
