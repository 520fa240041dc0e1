/**
 * Model files to {@link dev.skipstone.model.Model}: weights by role, sizes, tokenizer and chat
 * template, everything checked against the file before use. Nothing here knows the engine.
 *
 * <p>Opening a model reads its header only. A {@link dev.skipstone.model.Tensor} maps its values
 * when they are asked for, so that an engine can take the weights over one by one and let the file
 * go. What differs between families of models is in {@link dev.skipstone.model.Architecture}, as
 * data; between sizes of one family, in {@link dev.skipstone.model.HyperParameters}. Whatever is
 * wrong with a file is a {@link dev.skipstone.model.ModelFileException}.
 */
package dev.skipstone.model;
