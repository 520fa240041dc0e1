/**
 * GGUF, versions 2 and 3: {@link dev.skipstone.model.gguf.GgufFile} reads a file's header, whatever
 * it holds; {@link dev.skipstone.model.gguf.GgufModel} makes a model of it.
 *
 * <p>A header is hostile until checked: every count, length and offset is compared with what is
 * left of the file before anything is read or allocated by it.
 */
package dev.skipstone.model.gguf;
