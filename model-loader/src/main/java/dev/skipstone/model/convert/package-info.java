/**
 * Models in other types: {@link dev.skipstone.model.convert.QuantizedModel} while they are loaded,
 * and {@link dev.skipstone.model.convert.GgufConversion} as GGUF files that llama.cpp reads too.
 */
package dev.skipstone.model.convert;
