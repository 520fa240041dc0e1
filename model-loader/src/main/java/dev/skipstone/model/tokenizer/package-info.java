/** Tokenizers, read from model files. */
package dev.skipstone.model.tokenizer;
