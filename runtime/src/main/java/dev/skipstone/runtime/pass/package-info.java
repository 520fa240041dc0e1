/**
 * Forward passes: the border between decoding, which knows tokens, and backends, which know
 * numbers. A {@link dev.skipstone.runtime.pass.Pass} says what to compute: m tokens at consecutive
 * positions, the sublayers to run, the rows whose logits are wanted. A {@link
 * dev.skipstone.runtime.pass.Backend} loads a model on a device, and a {@link
 * dev.skipstone.runtime.pass.PassRunner} runs passes of one sequence on its {@link
 * dev.skipstone.runtime.pass.KvCache}. Logits stay where they were computed: what decoding asks for
 * is an argmax or a probability, or a token that a {@link dev.skipstone.runtime.pass.TokenChooser}
 * draws there.
 *
 * <p>Every backend is batch-invariant: a row's logits are the same bits however many rows are
 * beside it in the pass and however many threads compute it. Lossless speculation rests on that.
 */
package dev.skipstone.runtime.pass;
