package dev.skipstone.adapt.layer;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.Arrays;

/**
 * What a full pass of the frozen target left of one sequence: keys and values of the kept attention
 * sublayers, [position][key-value head * head size], keys rotated; on request also the most
 * probable next tokens. Filled again for each sequence.
 */
public final class TargetStates {
  private final int capacity;
  private final int choices;
  private final float[][] keys;
  private final float[][] values;
  private final int[] choiceTokens;
  private final float[] choiceProbabilities;
  private int[] tokens = {};

  /**
   * Makes room.
   *
   * @param kept whose attention sublayers' keys and values are wanted
   * @param capacity positions
   * @param choices most probable next tokens of each position; 0 for none
   */
  public TargetStates(HyperParameters sizes, LayerPath kept, int capacity, int choices) {
    this.capacity = capacity;
    this.choices = choices;
    int width = sizes.keyValueHeads() * sizes.headSize();
    keys = new float[sizes.layers()][];
    values = new float[sizes.layers()][];
    for (int layer = 0; layer < sizes.layers(); layer++) {
      if (kept.runsAttention(layer)) {
        keys[layer] = new float[Math.multiplyExact(capacity, width)];
        values[layer] = new float[capacity * width];
      }
    }
    choiceTokens = new int[Math.multiplyExact(capacity, choices)];
    choiceProbabilities = new float[capacity * choices];
  }

  /**
   * Begins another sequence.
   *
   * @throws IllegalArgumentException if it is longer than the room
   */
  public void begin(int[] sequence) {
    if (sequence.length > capacity) {
      throw new IllegalArgumentException(
          "a sequence of %d tokens where there is room for %d"
              .formatted(sequence.length, capacity));
    }
    tokens = sequence;
    Arrays.fill(choiceProbabilities, 0);
  }

  public int capacity() {
    return capacity;
  }

  public int length() {
    return tokens.length;
  }

  /** The sequence; not to be changed. */
  public int[] tokens() {
    return tokens;
  }

  /** Whether a layer's keys and values are here. */
  public boolean has(int layer) {
    return keys[layer] != null;
  }

  /** A kept layer's keys, [position][key-value head * head size]. */
  public float[] keys(int layer) {
    return keys[layer];
  }

  /** A kept layer's values, [position][key-value head * head size]. */
  public float[] values(int layer) {
    return values[layer];
  }

  /** How many next tokens are known of each position. */
  public int choices() {
    return choices;
  }

  /** [position][choices]: token ids that may follow a position. */
  public int[] choiceTokens() {
    return choiceTokens;
  }

  /** [position][choices]: their probabilities, which may sum to less than 1. */
  public float[] choiceProbabilities() {
    return choiceProbabilities;
  }
}
