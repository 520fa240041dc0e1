/**
 * From logits to tokens: a {@link dev.skipstone.runtime.sampling.Sampling} rule, and the {@link
 * dev.skipstone.runtime.sampling.Sampler} that applies it. Drafts and the full model go through the
 * same rule, so that the two distributions that speculative sampling compares are what tokens are
 * really drawn from, filters included.
 */
package dev.skipstone.runtime.sampling;
