/**
 * Models in folders as Hugging Face lays them out: {@code config.json}, {@code model.safetensors}
 * or its shards, and for text {@code tokenizer.json}.
 */
package dev.skipstone.model.huggingface;
