/**
 * Training of draft adapters for S3D (Skippy Simultaneous Speculative Decoding, arXiv 2405.20314).
 * The model itself stays frozen: what is learned are mask embeddings, low-rank deltas on the kept
 * sublayers and a bridge over each gap of skipped ones, all on the draft path only.
 *
 * <p>Data flows one way. The frozen target runs once over a sequence and leaves its keys and
 * values; from them and the tokens, the draft path computes many anchors at once: each anchor is a
 * token followed by mask slots, which guess the tokens behind it. The loss' gradients flow back
 * through the same operations, each of which has its own hand-written derivative, and the optimizer
 * takes a step.
 */
package dev.skipstone.adapt;
