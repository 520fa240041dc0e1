package dev.skipstone.adapt;

import java.util.Arrays;

/**
 * What an adapter reaches on texts that it was not trained on, if drafts are accepted where they
 * equal the text.
 *
 * @param drafts that were looked at
 * @param acceptance for each i, the share of drafts whose rows 0 to i are all right
 * @param riding for each i, the share of drafts by riding masks whose rows 0 to i are all right
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record Evaluation(int drafts, double[] acceptance, double[] riding) {

  static Evaluation of(int drafts, int[] accepted, int[] ridden) {
    return new Evaluation(drafts, shares(drafts, accepted), shares(drafts, ridden));
  }

  private static double[] shares(int drafts, int[] counts) {
    return Arrays.stream(counts).mapToDouble(n -> drafts == 0 ? 0 : (double) n / drafts).toArray();
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
