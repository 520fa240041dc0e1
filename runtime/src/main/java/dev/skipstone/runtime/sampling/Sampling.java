package dev.skipstone.runtime.sampling;

import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.pass.TokenChooser;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How a token is chosen. Filters apply in the order top-k, top-p, min-p, to the probabilities at
 * {@code temperature}. Values out of range are refused with an {@link IllegalArgumentException}.
 *
 * @param temperature 0 to 100; what logits are divided by before softmax; 0 for greedy: always the
 *     most probable token, the other settings without effect
 * @param topK keep the k most probable tokens; 0 keeps all
 * @param topP keep the fewest most probable tokens whose probabilities sum to p or more (nucleus
 *     sampling, arXiv 1904.09751); 1 keeps all
 * @param minP keep tokens at least p times as probable as the best one (arXiv 2407.01082); 0 keeps
 *     all
 * @param seed of the random numbers: same seed, same drafter, same text
 */
public record Sampling(float temperature, int topK, float topP, float minP, long seed) {
  private static final String GENERATOR = "L64X128MixRandom";

  public Sampling {
    if (!(temperature >= 0 && temperature <= 100)) {
      throw new IllegalArgumentException("temperature is " + temperature + ", not in 0 to 100");
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top-k is " + topK + ", not 0 or more");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p is " + topP + ", not above 0 and at most 1");
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw new IllegalArgumentException("min-p is " + minP + ", not in 0 to 1");
    }
  }

  public static Sampling greedy() {
    return new Sampling(0, 0, 1, 0, 0);
  }

  /** Unfiltered sampling. */
  public static Sampling at(float temperature, long seed) {
    return new Sampling(temperature, 0, 1, 0, seed);
  }

  public boolean isGreedy() {
    return temperature == 0;
  }

  /**
   * A chooser of tokens by this rule, at the start of its random numbers: one on the runner's
   * device where it has one, else on the host.
   *
   * @param vocabulary number of tokens
   */
  public TokenChooser open(PassRunner runner, int vocabulary) {
    if (isGreedy()) {
      return new GreedyChooser();
    }
    return runner
        .sampler(temperature, topK, topP, minP, random())
        .orElseGet(() -> openOnHost(vocabulary));
  }

  /**
   * A chooser of tokens by this rule on the host, at the start of its random numbers.
   *
   * @param vocabulary number of tokens
   */
  public TokenChooser openOnHost(int vocabulary) {
    return isGreedy()
        ? new GreedyChooser()
        : new SamplingChooser(new Sampler(this, vocabulary), vocabulary);
  }

  /** The seed's random numbers, from their start. */
  RandomGenerator random() {
    return RandomGeneratorFactory.of(GENERATOR).create(seed);
  }
}
