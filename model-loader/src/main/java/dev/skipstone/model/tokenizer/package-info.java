/**
 * Tokenizers, read from GGUF metadata or a {@code tokenizer.json}. All are one pipeline, {@link
 * dev.skipstone.model.tokenizer.SubwordTokenizer}: added tokens are found in the text, what lies
 * between is normalized and cut into pieces, and a model makes tokens of each piece: byte-pair
 * encoding over bytes or characters, or a unigram model. A family is data: the rules that its file
 * has, or that {@link dev.skipstone.model.tokenizer.SplitRules} knows by a name. Parts that are not
 * known are refused by their name, never left out.
 *
 * <p>No step takes more than O(n log n) time, whatever the text: the rules' regular expressions are
 * compiled to tables ({@link dev.skipstone.model.tokenizer.pattern}), merges wait in a heap.
 */
package dev.skipstone.model.tokenizer;
