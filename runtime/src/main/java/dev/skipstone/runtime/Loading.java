package dev.skipstone.runtime;

import java.util.List;

/**
 * What it took to bring a model's weights from its file to the device, in the layout that the
 * kernels read; on a processor they are repacked to tiles.
 *
 * @param fileBytes of the weights in the file
 * @param deviceBytes of the weights on the device
 * @param seconds that it took, reading the file included
 * @param conversions types of weights that the device does not have, and what they were made to;
 *     for people, such as {@code Q6_K as F16}
 */
public record Loading(long fileBytes, long deviceBytes, double seconds, List<String> conversions) {}
