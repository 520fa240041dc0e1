/**
 * Safetensors, Hugging Face's format for tensors: eight bytes with the header's length, a JSON
 * header, and the tensors' values. {@link dev.skipstone.model.safetensors.SafetensorsFile} reads a
 * file whatever it holds; {@link dev.skipstone.model.safetensors.SafetensorsWriter} writes one.
 *
 * <p>A header is hostile until checked: its length is compared with the file's before it is read,
 * and tensors have to fill the file without gaps or overlaps, as the format demands.
 */
package dev.skipstone.model.safetensors;
