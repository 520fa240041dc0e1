package dev.skipstone.model;

/**
 * Sizes of one model.
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
 * @param ropeBase base of RoPE's frequencies: at position p, pair i turns by p base^(-2i / {@code
 *     ropeDimensions})
 * @param ropeDimensions channels of a head that are rotated, the first ones; even
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
    int ropeDimensions) {}
