package dev.skipstone.model.family;

import dev.skipstone.model.LayerAttention;
import dev.skipstone.model.Rope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Which layers look at the last positions only, and which have RoPE.
 *
 * @param window positions that local layers look at; 0 where no layer is local
 * @param local the layers with that window, 0-based
 * @param rotated the layers with RoPE
 */
public record LayerPattern(int window, IntPredicate local, IntPredicate rotated) {
  /**
   * Layers in a rhythm.
   *
   * @param globalEvery every n-th layer has no window; 0 for a window in all
   * @param unrotatedEvery every n-th layer has no RoPE; 0 for RoPE in all
   */
  public static LayerPattern every(int window, int globalEvery, int unrotatedEvery) {
    return new LayerPattern(
        window,
        layer -> globalEvery == 0 || (layer + 1) % globalEvery != 0,
        layer -> unrotatedEvery == 0 || (layer + 1) % unrotatedEvery != 0);
  }

  /**
   * The layers' attention.
   *
   * @param global RoPE of layers without a window
   * @param ofLocal RoPE of layers with one
   */
  public List<LayerAttention> layers(int count, Rope global, Rope ofLocal) {
    LayerAttention[] kinds = {
      new LayerAttention(0, Optional.empty()),
      new LayerAttention(0, Optional.of(global)),
      new LayerAttention(window, Optional.empty()),
      new LayerAttention(window, Optional.of(ofLocal))
    };
    List<LayerAttention> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean windowed = window > 0 && local.test(i);
      layers.add(kinds[(windowed ? 2 : 0) + (rotated.test(i) ? 1 : 0)]);
    }
    return List.copyOf(layers);
  }
}
