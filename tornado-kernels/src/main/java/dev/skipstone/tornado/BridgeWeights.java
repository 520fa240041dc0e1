package dev.skipstone.tornado;

import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.AdapterWeights.Bridge;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A draft adapter's bridges, as they go to the device. A bridge is a slot, in order.
 *
 * @param layers that there is a bridge before; the number of layers for the one before the output
 * @param scale [bridges][width]
 * @param delta zeros for a bridge that only scales
 */
record BridgeWeights(List<Integer> layers, FloatArray scale, LowRankMatrix delta) {

  /** The bridges, if there are any. */
  static Optional<BridgeWeights> load(AdapterWeights adapter) {
    List<Integer> layers = layers(adapter);
    if (layers.isEmpty()) {
      return Optional.empty();
    }
    LowRankMatrix.Source source = source(adapter, layers);
    int width = source.columns();
    FloatArray scale = new FloatArray(layers.size() * width);
    for (int i = 0; i < layers.size(); i++) {
      float[] values = SublayerWeights.values(bridge(adapter, layers.get(i)).scale());
      for (int c = 0; c < width; c++) {
        scale.set(i * width + c, values[c]);
      }
    }
    return Optional.of(new BridgeWeights(layers, scale, source.load()));
  }

  /** Bytes of {@link #load} on the device. */
  static long bytes(AdapterWeights adapter) {
    List<Integer> layers = layers(adapter);
    if (layers.isEmpty()) {
      return 0;
    }
    LowRankMatrix.Source source = source(adapter, layers);
    return (long) layers.size() * source.columns() * Float.BYTES + source.bytes();
  }

  /** Bytes of the largest of its arrays. */
  static long largestArray(AdapterWeights adapter) {
    List<Integer> layers = layers(adapter);
    return layers.isEmpty() ? 0 : source(adapter, layers).largestArray();
  }

  /** Floats of a row of the products with down. */
  static int lowWidth(AdapterWeights adapter) {
    List<Integer> layers = layers(adapter);
    return layers.isEmpty() ? 0 : source(adapter, layers).rank();
  }

  private static List<Integer> layers(AdapterWeights adapter) {
    return IntStream.rangeClosed(0, adapter.path().layers())
        .filter(layer -> adapter.bridge(layer).isPresent())
        .boxed()
        .toList();
  }

  private static Bridge bridge(AdapterWeights adapter, int layer) {
    return adapter.bridge(layer).orElseThrow();
  }

  private static LowRankMatrix.Source source(AdapterWeights adapter, List<Integer> layers) {
    List<Bridge> bridges = layers.stream().map(layer -> bridge(adapter, layer)).toList();
    int width = Math.toIntExact(bridges.getFirst().scale().columns());
    return new LowRankMatrix.Source(
        bridges.stream().map(bridge -> List.of(bridge.delta())).toList(), List.of(width), width);
  }
}
