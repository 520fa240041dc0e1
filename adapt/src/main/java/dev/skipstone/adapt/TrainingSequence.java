package dev.skipstone.adapt;

import java.util.BitSet;

/**
 * A text to train on.
 *
 * @param tokens ids in the vocabulary; not to be changed
 * @param anchors 0-based positions at which drafts may start: the tokens behind which the model is
 *     the one to write
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record TrainingSequence(int[] tokens, BitSet anchors) {

  /** A text that the model writes from a position on. */
  public static TrainingSequence from(int[] tokens, int firstAnchor) {
    BitSet anchors = new BitSet(tokens.length);
    anchors.set(Math.min(firstAnchor, tokens.length), tokens.length);
    return new TrainingSequence(tokens, anchors);
  }
}
