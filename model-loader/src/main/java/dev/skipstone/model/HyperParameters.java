package dev.skipstone.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Sizes and constants of one model.
 *
 * @param layers transformer layers
 * @param width channels of the residual stream
 * @param hidden channels inside an MLP block
 * @param heads query heads
 * @param keyValueHeads key and value heads, each for {@code heads / keyValueHeads} query heads
 *     (grouped-query attention, arXiv 2305.13245)
 * @param headSize channels of a head
 * @param vocabulary rows of the embedding
 * @param context positions that the model was trained for
 * @param normEpsilon what RMSNorm adds to the mean square (arXiv 1910.07467)
 * @param ropeBase base of RoPE's frequencies, in layers that look at all positions
 * @param ropeDimensions channels of a head that are rotated, the first ones; even
 * @param attention what each layer's attention looks at
 * @param multipliers constants that are 1 in most families
 */
public record HyperParameters(
    int layers,
    int width,
    int hidden,
    int heads,
    int keyValueHeads,
    int headSize,
    int vocabulary,
    int context,
    float normEpsilon,
    float ropeBase,
    int ropeDimensions,
    List<LayerAttention> attention,
    Multipliers multipliers) {

  /** As llama has them: all layers alike, RoPE not scaled, no window, nothing multiplied. */
  public HyperParameters(
      int layers,
      int width,
      int hidden,
      int heads,
      int keyValueHeads,
      int headSize,
      int vocabulary,
      int context,
      float normEpsilon,
      float ropeBase,
      int ropeDimensions) {
    this(
        layers,
        width,
        hidden,
        heads,
        keyValueHeads,
        headSize,
        vocabulary,
        context,
        normEpsilon,
        ropeBase,
        ropeDimensions,
        alike(layers, ropeBase, ropeDimensions),
        Multipliers.plain(headSize));
  }

  private static List<LayerAttention> alike(int layers, float ropeBase, int ropeDimensions) {
    Rope rope = new Rope(ropeBase, ropeDimensions);
    return Collections.nCopies(layers, new LayerAttention(0, Optional.of(rope)));
  }
}
