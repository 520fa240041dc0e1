package dev.skipstone.adapt.layer;

import dev.skipstone.model.HyperParameters;

/**
 * Gradients inside a block, which all blocks hold one after the other.
 *
 * @param maxRows rows of each
 * @param normed [rows][width]
 * @param added [rows][width]
 * @param queries [rows][heads * head size]
 * @param attended [rows][heads * head size]
 * @param keys [rows][key-value heads * head size]
 * @param values [rows][key-value heads * head size]
 * @param firstHidden [rows][hidden]
 * @param secondHidden [rows][hidden]
 */
@SuppressWarnings("ArrayRecordComponent") // buffers, compared by nobody
record Scratch(
    HyperParameters sizes,
    int maxRows,
    float[] normed,
    float[] added,
    float[] queries,
    float[] attended,
    float[] keys,
    float[] values,
    float[] firstHidden,
    float[] secondHidden) {

  static Scratch allocate(HyperParameters sizes, int maxRows) {
    int queries = sizes.heads() * sizes.headSize();
    int keys = sizes.keyValueHeads() * sizes.headSize();
    return new Scratch(
        sizes,
        maxRows,
        new float[maxRows * sizes.width()],
        new float[maxRows * sizes.width()],
        new float[maxRows * queries],
        new float[maxRows * queries],
        new float[maxRows * keys],
        new float[maxRows * keys],
        new float[maxRows * sizes.hidden()],
        new float[maxRows * sizes.hidden()]);
  }
}
