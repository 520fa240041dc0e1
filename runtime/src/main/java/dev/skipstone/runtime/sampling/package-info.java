/**
 * From logits to tokens: a {@link dev.skipstone.runtime.sampling.Sampling} rule, and the choosers
 * that apply it. Drafts and the full model go through the same rule, so that the two distributions
 * that speculative sampling compares are what tokens are really drawn from, filters included. A
 * backend whose logits are not the host's brings a chooser of its own ({@link
 * dev.skipstone.runtime.pass.PassRunner#sampler}); for the others {@link
 * dev.skipstone.runtime.sampling.Sampler} applies the rule here.
 */
package dev.skipstone.runtime.sampling;
