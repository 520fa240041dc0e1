package dev.skipstone.tornado;

import java.util.stream.Stream;
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

  /**
   * What an attention sublayer needs on the device.
   *
   * @param weights its arrays
   * @param angles of RoPE
   */
  Object[] with(Object[] weights, FloatArray angles) {
    return Stream.concat(Stream.of(weights), Stream.of(keys, values, angles)).toArray();
  }
}
