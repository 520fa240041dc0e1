/** Drafters: ways of proposing tokens that the full model then verifies. */
package dev.skipstone.runtime.draft;
