package dev.skipstone.model;

/**
 * Sizes of one model.
 *
 * @param layers transformer layers
 * @param width channels of the residual stream
 * @param hidden channels inside an MLP block
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize channels of a head
 * @param vocabulary rows of the embedding
 * @param context positions that the model was trained for
 * @param normEpsilon RMSNorm's epsilon
 * @param ropeBase RoPE's base frequency
 * @param ropeDimensions channels of a head that are rotated
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
