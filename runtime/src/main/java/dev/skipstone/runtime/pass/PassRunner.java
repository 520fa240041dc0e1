package dev.skipstone.runtime.pass;

import java.util.Optional;
import java.util.random.RandomGenerator;

/** Runs the passes of one sequence. Not thread-safe; several runners of one model take turns. */
public interface PassRunner extends AutoCloseable {
  /** Most rows of a pass, and so the size of a prompt's chunks. */
  int maxRows();

  /** Most rows of a pass that logits can be asked for. */
  int maxLogitRows();

  /** The sequence's keys and values: empty at first. */
  KvCache cache();

  /**
   * Says how many positions the sequence is going to have at most, where that is known before: with
   * some models, long sequences turn their keys by other angles than short ones. Without it, the
   * cache's capacity counts.
   *
   * @return whether what is in the cache stays right; where not, it is to be computed again
   */
  default boolean expect(int positions) {
    return true;
  }

  /**
   * Runs a pass: its rows attend to the cache's positions before {@link Pass#start} and to those of
   * the pass up to their own. The cache then ends behind the last row.
   *
   * @return logits of {@link Pass#logitRows}, and of the masks that ride, valid until the next pass
   * @throws IllegalArgumentException if the pass has too many rows, leaves a gap behind the cache,
   *     passes its capacity, has a token that is not in the vocabulary, a path of another number of
   *     layers, asks for an adapter that the model does not have, or for riding masks where there
   *     are none
   * @throws IllegalStateException if the model is closed
   */
  Logits run(Pass pass);

  /** Whether masks of the adapter can ride in passes of the full model ({@link Pass#riding}). */
  default boolean takesRidingMasks() {
    return false;
  }

  /** The adapter that adapted passes run with; empty where there is none. */
  default Optional<AdapterWeights> adapter() {
    return Optional.empty();
  }

  /**
   * A chooser that samples on the device, so that logits need not be copied from there; none where
   * logits are the host's anyway. Filters apply in the order of the parameters.
   *
   * @param temperature what logits are divided by before softmax; above 0
   * @param topK keep the k most probable tokens, of equal ones those with smaller ids; 0 keeps all
   * @param topP keep the fewest most probable tokens that sum to p or more; 1 keeps all
   * @param minP keep tokens at least p times as probable as the best one; 0 keeps all
   * @param random where every chance comes from
   */
  default Optional<TokenChooser> sampler(
      float temperature, int topK, float topP, float minP, RandomGenerator random) {
    return Optional.empty();
  }

  /**
   * Kernels that the last pass, and choosing tokens from it, launched on its device; 0 where passes
   * launch none.
   */
  default int launches() {
    return 0;
  }

  @Override
  void close();
}
