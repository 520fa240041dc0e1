/**
 * Drafters: ways of proposing tokens that the full model then verifies. A {@link
 * dev.skipstone.runtime.draft.DraftMethod} is a way with its settings and belongs to no model; it
 * opens a {@link dev.skipstone.runtime.draft.Drafter} for each answer, which fills a {@link
 * dev.skipstone.runtime.draft.Draft} at each step. What is drafted changes how soon an answer
 * comes, never what it is: a token that the drafter chose for certain stands by the exact-match
 * rule or with the target's own probability, one that a {@link
 * dev.skipstone.runtime.pass.TokenChooser} drew for it is judged with the probabilities that it was
 * drawn with, which the chooser keeps.
 */
package dev.skipstone.runtime.draft;
