package dev.skipstone.runtime.draft;

import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.runtime.pass.TokenChooser;
import java.util.function.BooleanSupplier;

/**
 * What a drafter works with.
 *
 * @param runner runs draft passes on the sequence's own KV cache
 * @param chooser of tokens from their logits, by the rule of the answer
 * @param layers number of the model's layers
 * @param seat where a separate draft model's runner is kept
 * @param cancelled whether the answer has been cancelled, for drafters with much to do
 */
public record DraftContext(
    PassRunner runner,
    TokenChooser chooser,
    int layers,
    DraftSeat seat,
    BooleanSupplier cancelled) {}
