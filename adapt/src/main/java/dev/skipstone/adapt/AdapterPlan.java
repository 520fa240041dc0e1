package dev.skipstone.adapt;

import dev.skipstone.runtime.pass.LayerPath;

/**
 * What adapter is to be made, and how it is trained.
 *
 * @param kept sublayers that a draft runs
 * @param draftTokens tokens of a draft, 1 to 8
 * @param rank of the deltas of kept matrices
 * @param bridgeRank rank of the bridges over gaps
 * @param vocabulary tokens that a draft can propose, the most frequent ones; whole blocks of 32
 * @param training how
 */
public record AdapterPlan(
    LayerPath kept,
    int draftTokens,
    int rank,
    int bridgeRank,
    int vocabulary,
    TrainingSettings training) {}
