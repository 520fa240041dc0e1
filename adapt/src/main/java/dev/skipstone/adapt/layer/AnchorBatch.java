package dev.skipstone.adapt.layer;

/**
 * Drafts at several places of one sequence. The draft at anchor t has rows [token t, mask 1 … mask
 * g-1] at positions t … t+g-1, which attend to the keys and values of the positions before t and to
 * each other; row i is to guess the token at t+1+i. Where masks ride in the pass that verifies, the
 * draft has the rows of the masks only, and they attend to those of position t, too.
 */
public final class AnchorBatch {
  private final int mostRows;
  private final int[] anchors;
  private TargetStates states;
  private int count;
  private boolean riding;

  /**
   * @param maxAnchors of a batch
   * @param draftTokens g, rows of a draft
   */
  public AnchorBatch(int maxAnchors, int draftTokens) {
    mostRows = draftTokens;
    anchors = new int[maxAnchors];
  }

  /** Sets the places of drafts that have the anchor's token. */
  public void set(TargetStates target, int[] positions, int size) {
    set(target, positions, size, false);
  }

  /**
   * Sets the drafts' places.
   *
   * @param positions of the anchors, the first {@code size} of them
   * @param masksRide whether the masks ride, so that there is no row for the anchor's token
   * @throws IllegalArgumentException for more than there is room for, or a position outside the
   *     sequence
   */
  public void set(TargetStates target, int[] positions, int size, boolean masksRide) {
    if (size > anchors.length) {
      throw new IllegalArgumentException(
          "%d anchors where there is room for %d".formatted(size, anchors.length));
    }
    for (int i = 0; i < size; i++) {
      if (positions[i] < 0 || positions[i] >= target.length()) {
        throw new IllegalArgumentException(
            "anchor %d in a sequence of %d tokens".formatted(positions[i], target.length()));
      }
      anchors[i] = positions[i];
    }
    states = target;
    count = size;
    riding = masksRide;
  }

  public int anchors() {
    return count;
  }

  public int maxAnchors() {
    return anchors.length;
  }

  /** Rows of a draft. */
  public int draftTokens() {
    return riding ? mostRows - 1 : mostRows;
  }

  /** Whether the masks ride: there are no rows for the anchors' tokens. */
  boolean riding() {
    return riding;
  }

  /** Rows of all drafts. */
  public int rows() {
    return count * draftTokens();
  }

  TargetStates states() {
    return states;
  }

  int anchor(int index) {
    return anchors[index];
  }

  /** Positions whose keys and values a draft's rows attend to. */
  int context(int index) {
    return riding ? anchors[index] + 1 : anchors[index];
  }

  int position(int row) {
    return context(row / draftTokens()) + row % draftTokens();
  }

  /** The token that a row is to guess, or -1 behind the sequence's end. */
  public int label(int row) {
    int position = position(row) + 1;
    return position < states.length() ? states.tokens()[position] : -1;
  }
}
