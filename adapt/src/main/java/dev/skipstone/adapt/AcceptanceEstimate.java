package dev.skipstone.adapt;

import dev.skipstone.adapt.layer.AnchorBatch;
import dev.skipstone.adapt.layer.DraftPath;
import java.util.Arrays;

/**
 * How often the first rows of a draft are all right: moving averages over the batches of a
 * training. They start at 1, so that all rows are learned at first.
 */
final class AcceptanceEstimate {
  private static final float MOMENTUM = 0.98f;

  private final float[] rates;
  private final int[] accepted;

  AcceptanceEstimate(int draftTokens) {
    rates = new float[draftTokens];
    accepted = new int[draftTokens];
    Arrays.fill(rates, 1);
  }

  /** For each i, how often rows 0 to i are all right. Its values are a training's state. */
  float[] rates() {
    return rates;
  }

  /**
   * What was seen so far, without the start at 1.
   *
   * @param batches that were added
   */
  float[] seen(int batches) {
    double start = Math.pow(MOMENTUM, batches);
    float[] seen = new float[rates.length];
    for (int i = 0; i < seen.length && batches > 0; i++) {
      seen[i] = (float) Math.clamp((rates[i] - start) / (1 - start), 0.0, 1.0);
    }
    return seen;
  }

  /** Takes over what a batch guessed. */
  void add(AnchorBatch batch, DraftPath draft) {
    Arrays.fill(accepted, 0);
    int drafts = count(batch, draft, accepted);
    for (int i = 0; i < rates.length && drafts > 0; i++) {
      rates[i] = MOMENTUM * rates[i] + (1 - MOMENTUM) * accepted[i] / drafts;
    }
  }

  /**
   * Counts right guesses of the drafts whose tokens are all known.
   *
   * @param accepted is added to: for each i, the drafts whose rows 0 to i are all right
   * @return the drafts that were counted
   */
  static int count(AnchorBatch batch, DraftPath draft, int[] accepted) {
    int drafts = 0;
    for (int anchor = 0; anchor < batch.anchors(); anchor++) {
      int first = anchor * batch.draftTokens();
      if (batch.label(first + batch.draftTokens() - 1) < 0) {
        continue;
      }
      drafts++;
      for (int i = 0; i < accepted.length; i++) {
        if (draft.guess(first + i) != batch.label(first + i)) {
          break;
        }
        accepted[i]++;
      }
    }
    return drafts;
  }

  /**
   * Weights of the rows' losses, which sum to {@code sum}: how often a row is reached, or the
   * least.
   */
  void weights(float least, float sum, float[] weights) {
    float total = 0;
    for (int i = 0; i < rates.length; i++) {
      weights[i] = i == 0 ? 1 : Math.max(least, rates[i - 1]);
      total += weights[i];
    }
    for (int i = 0; i < rates.length; i++) {
      weights[i] *= sum / total;
    }
  }
}
