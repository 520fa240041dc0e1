package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.LayerAttention;
import dev.skipstone.model.Rope;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Angles of RoPE: a table for each way that some layer rotates, in short sequences or in long ones.
 *
 * @param ropes one for each table
 * @param layers of the model
 * @param positions that a table has
 * @param pairs of rotated channels, the same in all layers
 */
record RopeTables(List<Rope> ropes, List<LayerAttention> layers, int positions, int pairs) {

  static RopeTables of(HyperParameters sizes, int positions) {
    List<Rope> ropes =
        sizes.attention().stream()
            .flatMap(layer -> layer.rope().stream())
            .flatMap(rope -> Stream.of(rope.forLength(1), rope.forLength(positions)))
            .distinct()
            .toList();
    return new RopeTables(ropes, sizes.attention(), positions, sizes.ropeDimensions() / 2);
  }

  /**
   * The table of a layer.
   *
   * @param length positions that the sequence is going to have
   * @return below 0 where the layer rotates nothing
   */
  int table(int layer, int length) {
    return layers.get(layer).rope().map(rope -> ropes.indexOf(rope.forLength(length))).orElse(-1);
  }

  /** Values of {@link #angles}. */
  long size() {
    return Math.max(1, 2L * ropes.size() * positions * pairs);
  }

  /** Cosines and sines, [tables][positions][pairs][2]. */
  FloatArray angles() {
    FloatArray angles = new FloatArray(Math.toIntExact(size()));
    int at = 0;
    for (Rope rope : ropes) {
      for (int position = 0; position < positions; position++) {
        for (int pair = 0; pair < pairs; pair++) {
          double angle = position * rope.frequency(pair);
          angles.set(at++, (float) StrictMath.cos(angle) * rope.magnitude());
          angles.set(at++, (float) StrictMath.sin(angle) * rope.magnitude());
        }
      }
    }
    return angles;
  }
}
