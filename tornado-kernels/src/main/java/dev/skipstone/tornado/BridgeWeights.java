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
 * @param scale [bridges][width]
 * @param delta zeros for a bridge that only scales
 */
record BridgeWeights(FloatArray scale, LowRankMatrix delta) {

  /** The bridges, if there are any. */
  static Optional<BridgeWeights> load(AdapterWeights adapter) {
    List<Bridge> bridges = bridges(adapter);
    if (bridges.isEmpty()) {
      return Optional.empty();
    }
    int width = width(bridges);
    FloatArray scale = new FloatArray(bridges.size() * width);
    for (int i = 0; i < bridges.size(); i++) {
      float[] values = StackWeights.values(bridges.get(i).scale());
      for (int c = 0; c < width; c++) {
        scale.set(i * width + c, values[c]);
      }
    }
    return Optional.of(new BridgeWeights(scale, source(bridges).load()));
  }

  /** Bytes of {@link #load} on the device. */
  static long bytes(AdapterWeights adapter) {
    List<Bridge> bridges = bridges(adapter);
    return bridges.isEmpty()
        ? 0
        : (long) bridges.size() * width(bridges) * Float.BYTES + source(bridges).bytes();
  }

  /** Floats of a row of the products with down. */
  static int lowWidth(AdapterWeights adapter) {
    List<Bridge> bridges = bridges(adapter);
    return bridges.isEmpty() ? 0 : source(bridges).rank();
  }

  private static List<Bridge> bridges(AdapterWeights adapter) {
    return IntStream.rangeClosed(0, adapter.path().layers())
        .mapToObj(adapter::bridge)
        .flatMap(Optional::stream)
        .toList();
  }

  private static int width(List<Bridge> bridges) {
    return Math.toIntExact(bridges.getFirst().scale().columns());
  }

  private static LowRankMatrix.Source source(List<Bridge> bridges) {
    int width = width(bridges);
    return new LowRankMatrix.Source(
        bridges.stream().map(bridge -> List.of(bridge.delta())).toList(), List.of(width), width);
  }
}
