/** From logits to tokens: sampling rules and the distributions that they give. */
package dev.skipstone.runtime.sampling;
