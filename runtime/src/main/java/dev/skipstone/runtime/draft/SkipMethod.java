package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.stream.IntStream;

/**
 * Draft &amp; Verify with its settings.
 *
 * @param path sublayers of a draft pass; null for the built-in choice
 */
record SkipMethod(LayerPath path, int draftTokens) implements DraftMethod {
  @Override
  public String name() {
    return "skip";
  }

  /** The share of sublayers that a draft pass runs. */
  @Override
  public double tokenCost(Model target) {
    LayerPath chosen = path(target.hyperParameters().layers());
    return (double) chosen.sublayers() / (2 * chosen.layers());
  }

  private LayerPath path(int layers) {
    return path == null ? builtIn(layers) : path;
  }

  @Override
  public Drafter open(DraftContext context) {
    LayerPath chosen = path(context.layers());
    if (chosen.layers() != context.layers()) {
      throw new IllegalArgumentException(
          "skipped layers for a model of %d layers, not this one's %d"
              .formatted(chosen.layers(), context.layers()));
    }
    return new SkipDrafter(context, chosen);
  }

  /**
   * Every second attention block of the middle, the outer quarters kept: attention is what a model
   * of some depth misses least (Draft &amp; Verify's own sets skip about twice as many attention as
   * MLP blocks).
   */
  static LayerPath builtIn(int layers) {
    int edge = layers / 4;
    int[] attention =
        IntStream.range(edge, layers - edge).filter(layer -> layer % 2 == 0).toArray();
    return LayerPath.skipping(layers, attention, new int[0]);
  }
}
