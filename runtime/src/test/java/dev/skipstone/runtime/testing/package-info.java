/** What several tests of the engine share: references, fixed logits, statistics. */
package dev.skipstone.runtime.testing;
