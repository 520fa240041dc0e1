package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.LayerAttention;
import dev.skipstone.model.Rope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Each layer's RoPE; layers that have the same share its angles. */
final class LayerRopes {
  private final RotaryEmbedding[] ofLayer;
  private final RotaryEmbedding[] all;

  LayerRopes(RopePairing pairing, HyperParameters sizes, int maxRows) {
    Map<Optional<Rope>, RotaryEmbedding> known = new HashMap<>();
    List<RotaryEmbedding> layers = new ArrayList<>();
    for (LayerAttention layer : sizes.attention()) {
      layers.add(
          known.computeIfAbsent(
              layer.rope(), rope -> new RotaryEmbedding(pairing, rope, sizes.headSize(), maxRows)));
    }
    ofLayer = layers.toArray(new RotaryEmbedding[0]);
    all = known.values().toArray(new RotaryEmbedding[0]);
  }

  RotaryEmbedding of(int layer) {
    return ofLayer[layer];
  }

  /** As {@link RotaryEmbedding#expect}, of any layer. */
  boolean expect(int positions) {
    boolean changed = false;
    for (RotaryEmbedding rope : all) {
      changed |= rope.expect(positions);
    }
    return changed;
  }

  /** Computes one row's angles. */
  void prepare(int row, int position) {
    for (RotaryEmbedding rope : all) {
      rope.prepare(row, position);
    }
  }
}
