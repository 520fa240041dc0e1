package dev.skipstone.model;

/**
 * How the values of a quantized type are made: value = scale * code + minimum, with a scale, and
 * maybe a minimum, for each group of values that follow one another.
 *
 * @param groupSize values that share a scale; a block has a whole number of groups
 * @param lowest the lowest code
 * @param highest the highest code; lowest and highest fit into a byte
 * @param hasMinimum whether a group adds a minimum
 */
public record Quantization(int groupSize, int lowest, int highest, boolean hasMinimum) {}
