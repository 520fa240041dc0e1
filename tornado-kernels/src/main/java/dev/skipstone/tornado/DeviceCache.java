package dev.skipstone.tornado;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Keys and values of a stack's layers.
 *
 * @param keys [layers][keyValueHeads][positions][headSize]
 * @param values as keys
 */
record DeviceCache(FloatArray keys, FloatArray values) {
  static DeviceCache allocate(LayerStack stack, int positions) {
    int values = Math.toIntExact(stack.cacheBytes(positions) / 2 / Float.BYTES);
    return new DeviceCache(new FloatArray(values), new FloatArray(values));
  }
}
