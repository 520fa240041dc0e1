package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.sampling.Sampler;

/**
 * What a drafter works with.
 *
 * @param runner the sequence's own
 * @param sampler the generation's own
 * @param layers of the model
 */
public record DraftContext(PassRunner runner, Sampler sampler, int layers) {}
