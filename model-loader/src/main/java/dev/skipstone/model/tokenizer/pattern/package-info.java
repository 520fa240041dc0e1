/**
 * Regular expressions for cutting text: the part of the syntax that tokenizers use, compiled to a
 * table, so that a match takes one look at each character whatever the expression and the text.
 */
package dev.skipstone.model.tokenizer.pattern;
