/**
 * Tokenizers, read from GGUF metadata or a {@code tokenizer.json}. The one kind here is byte-level
 * BPE: a text is cut into pieces by the model's pre-tokenizer, each piece's UTF-8 bytes become one
 * token each, and the neighbours that come first in the list of merges are joined until no two of
 * them are in it. Pre-tokenizers are scanners with the rules of the usual regular expressions,
 * which recurse too deeply on hostile text.
 */
package dev.skipstone.model.tokenizer;
