/**
 * Model files to {@link dev.skipstone.model.Model}: weights by role, sizes, tokenizer and chat
 * template, everything checked against the file before use. Nothing here knows the engine.
 */
package dev.skipstone.model;
