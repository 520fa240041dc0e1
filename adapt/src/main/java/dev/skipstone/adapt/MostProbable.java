package dev.skipstone.adapt;

import dev.skipstone.runtime.pass.Logits;

/** Finds the most probable tokens of a row of logits, and their probabilities under softmax. */
final class MostProbable {
  private final float[] logits;
  private final int count;
  private final int[] tokens;

  /**
   * @param count tokens that are wanted; of a smaller vocabulary, all
   */
  MostProbable(int vocabulary, int count) {
    this.count = Math.min(count, vocabulary);
    logits = new float[vocabulary];
    tokens = new int[count + 1];
  }

  /**
   * Writes a row's tokens, the most probable first.
   *
   * @param at where they go in both arrays
   */
  void read(Logits source, int row, int[] targetTokens, float[] probabilities, int at) {
    source.read(row, logits);
    int found = 0;
    for (int token = 0; token < logits.length; token++) {
      if (found < count || logits[token] > logits[tokens[found - 1]]) {
        found = insert(token, found);
      }
    }
    double sum = 0;
    float max = logits[tokens[0]];
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    for (int i = 0; i < count; i++) {
      targetTokens[at + i] = tokens[i];
      probabilities[at + i] = (float) (Math.exp(logits[tokens[i]] - max) / sum);
    }
  }

  /** Puts a token where it belongs among those found, the last of which may drop out. */
  private int insert(int token, int found) {
    int i = found;
    while (i > 0 && logits[tokens[i - 1]] < logits[token]) {
      tokens[i] = tokens[i - 1];
      i--;
    }
    tokens[i] = token;
    return Math.min(count, found + 1);
  }
}
