/**
 * Skipstone's engine and its Java API: {@link dev.skipstone.runtime.Engine} loads a model, {@link
 * dev.skipstone.runtime.Session} holds one conversation's token history and KV cache, {@link
 * dev.skipstone.runtime.Generation} is one answer being decoded.
 *
 * <p>A step of an answer goes one way: the generation's {@link dev.skipstone.runtime.draft.Drafter}
 * proposes tokens behind the committed ones, one pass of the full model gives logits behind each of
 * them, the verifier lets the longest valid prefix stand and adds a token of the full model's own,
 * and the KV cache is cut to what stands. Greedy answers have the same tokens whatever the drafts;
 * sampled ones have the same distribution.
 */
package dev.skipstone.runtime;
