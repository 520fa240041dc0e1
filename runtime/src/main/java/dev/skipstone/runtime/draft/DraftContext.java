package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.pass.TokenChooser;

/**
 * What a drafter works with.
 *
 * @param runner runs draft passes on the sequence's own KV cache
 * @param chooser of tokens from their logits, by the rule of the answer
 * @param layers number of the model's layers
 */
public record DraftContext(PassRunner runner, TokenChooser chooser, int layers) {}
