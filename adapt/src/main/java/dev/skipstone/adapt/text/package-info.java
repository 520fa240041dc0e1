/**
 * The text that draft adapters are trained on, which the model writes itself.
 *
 * <p>Data flows one way, a round of items at a time: {@link dev.skipstone.adapt.text.Requests}
 * draws requests from a grammar of templates, some of them over text of earlier rounds; an {@link
 * dev.skipstone.adapt.text.AnswerWriter} has the model answer them; {@link
 * dev.skipstone.adapt.text.TextFilter} judges the answers; {@link
 * dev.skipstone.adapt.text.CorpusFile} keeps them. {@link dev.skipstone.adapt.text.TextMaker} goes
 * through this, and {@link dev.skipstone.adapt.text.Corpus} reads the file.
 *
 * <p>Everything about an item follows from the seed, its number, and the rounds before its own, so
 * that a run which was interrupted goes on as if it had not been.
 */
package dev.skipstone.adapt.text;
