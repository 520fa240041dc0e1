package dev.skipstone.runtime.sampling;

import dev.skipstone.runtime.pass.Logits;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Turns logits to the distribution that a {@link Sampling} rule makes of them, and draws from
 * distributions, on the host. One for each generation; not thread-safe.
 */
public final class Sampler {
  /** Far more than the rounding of a logarithm. */
  private static final double MARGIN = 1e-3;

  private final Sampling rule;
  private final RandomGenerator random;
  private final long[] order;

  /**
   * Logits that are further from the largest than this need no exponential, the costly part: min-p
   * drops them, and no other filter counts them.
   */
  private final double least;

  /**
   * A sampler at the start of the random numbers of a rule that is not greedy.
   *
   * @param vocabulary number of tokens
   */
  public Sampler(Sampling rule, int vocabulary) {
    this.rule = rule;
    random = rule.random();
    order = new long[vocabulary];
    boolean minPOnly = rule.topK() == 0 && rule.topP() == 1 && rule.minP() > 0;
    least = minPOnly ? StrictMath.log(rule.minP()) - MARGIN : Double.NEGATIVE_INFINITY;
  }

  /**
   * The probabilities that tokens are drawn with: softmax of logits / temperature, filtered by the
   * rule, scaled to sum to 1.
   *
   * @param row of {@code logits}
   * @param target [vocabulary]; receives probabilities that sum to 1, up to rounding
   */
  public void distribution(Logits logits, int row, float[] target) {
    logits.read(row, target);
    float largest = Float.NEGATIVE_INFINITY;
    for (float logit : target) {
      largest = Math.max(largest, logit);
    }
    for (int i = 0; i < target.length; i++) {
      float scaled = (target[i] - largest) / rule.temperature();
      target[i] = scaled < least ? 0 : (float) StrictMath.exp(scaled);
    }
    if ((rule.topK() > 0 && rule.topK() < target.length) || rule.topP() < 1) {
      keepMostProbable(target);
    }
    if (rule.minP() > 0) {
      // The most probable token has e^0 = 1 here.
      for (int i = 0; i < target.length; i++) {
        target[i] = target[i] < rule.minP() ? 0 : target[i];
      }
    }
    normalize(target);
  }

  /** Top-k and then top-p; of equally probable tokens those with smaller ids are kept. */
  private void keepMostProbable(float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      // Positive floats order as their bits; ascending order of this is descending in weight.
      order[i] = (long) ~Float.floatToIntBits(weights[i]) << 32 | i;
    }
    Arrays.sort(order);
    int kept = rule.topK() > 0 ? Math.min(rule.topK(), order.length) : order.length;
    if (rule.topP() < 1) {
      double total = 0;
      for (int i = 0; i < kept; i++) {
        total += weights[(int) order[i]];
      }
      double sum = 0;
      for (int i = 0; i < kept; i++) {
        sum += weights[(int) order[i]];
        if (sum >= rule.topP() * total) {
          kept = i + 1;
        }
      }
    }
    for (int i = kept; i < order.length; i++) {
      weights[(int) order[i]] = 0;
    }
  }

  /** Scales weights, not all of them zero, so that they sum to 1. */
  private static void normalize(float[] weights) {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (weights[i] / sum);
    }
  }

  /**
   * Draws a token.
   *
   * @param weights [vocabulary]; none negative, and need not sum to 1
   * @throws IllegalArgumentException if no weight is above 0, or one is not a number
   */
  public int draw(float[] weights) {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    if (!(sum > 0)) {
      throw new IllegalArgumentException("no token can be drawn: the weights' sum is " + sum);
    }
    double rest = random.nextDouble() * sum;
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        rest -= weights[i];
        if (rest < 0) {
          return i;
        }
      }
    }
    return last;
  }

  /** True with the given probability. */
  public boolean chance(double probability) {
    return random.nextDouble() < probability;
  }
}
