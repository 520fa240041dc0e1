package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.sampling.Sampler;

/**
 * What a drafter works with.
 *
 * @param runner runs draft passes on the sequence's own KV cache
 * @param sampler the rule that the answer is sampled with, and its random numbers
 * @param layers number of the model's layers
 */
public record DraftContext(PassRunner runner, Sampler sampler, int layers) {}
