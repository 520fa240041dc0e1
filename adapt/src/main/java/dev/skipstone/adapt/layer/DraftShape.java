package dev.skipstone.adapt.layer;

import dev.skipstone.runtime.pass.LayerPath;

/**
 * What a draft adapter is like.
 *
 * @param path the kept sublayers
 * @param draftTokens rows of a draft, and so tokens that it proposes: 1 to {@value
 *     #MOST_DRAFT_TOKENS}
 * @param rank of the deltas of a kept sublayer's matrices; 0 for the matrices as they are
 * @param bridgeRank rank of the bridges over gaps of skipped sublayers
 * @param vocabulary tokens that a draft can propose
 */
public record DraftShape(
    LayerPath path, int draftTokens, int rank, int bridgeRank, DraftVocabulary vocabulary) {
  /** Most rows of a draft. */
  public static final int MOST_DRAFT_TOKENS = 8;

  public DraftShape {
    check("draft tokens", draftTokens, 1, MOST_DRAFT_TOKENS);
    check("rank", rank, 0, 1024);
    check("bridge rank", bridgeRank, 1, 1024);
    if (path.sublayers() == 0) {
      throw new IllegalArgumentException("a draft has to keep at least one sublayer");
    }
  }

  private static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %d, not %d to %d".formatted(name, value, least, most));
    }
  }

  /** Whether there is something to train; else the model's own matrices only run forward. */
  boolean isTrained() {
    return rank > 0;
  }
}
