package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Panels;
import dev.skipstone.model.HyperParameters;

/**
 * One layer's keys and values of a sequence, packed by key-value head for the four products of
 * attention and its derivative.
 */
final class AttentionContext {
  private final int layer;
  private final int window;
  private final int headSize;
  private final int stride;
  private final Panels[] keyColumns;
  private final Panels[] keyRows;
  private final Panels[] valueColumns;
  private final Panels[] valueRows;

  /**
   * @param capacity positions
   */
  AttentionContext(int layer, HyperParameters sizes, int capacity) {
    this.layer = layer;
    window = sizes.attention().get(layer).window();
    headSize = sizes.headSize();
    int heads = sizes.keyValueHeads();
    stride = heads * headSize;
    keyColumns = panels(heads, headSize, capacity);
    keyRows = panels(heads, capacity, headSize);
    valueColumns = panels(heads, headSize, capacity);
    valueRows = panels(heads, capacity, headSize);
  }

  private static Panels[] panels(int heads, int steps, int columns) {
    Panels[] panels = new Panels[heads];
    for (int i = 0; i < heads; i++) {
      panels[i] = new Panels(steps, columns);
    }
    return panels;
  }

  /** Packs one head's keys and values. */
  void load(TargetStates states, int head) {
    int length = states.length();
    float[] keys = states.keys(layer);
    float[] values = states.values(layer);
    int from = head * headSize;
    keyColumns[head].resize(headSize, length);
    keyColumns[head].packTransposed(keys, from, stride);
    keyRows[head].resize(length, headSize);
    keyRows[head].pack(keys, from, stride);
    valueColumns[head].resize(headSize, length);
    valueColumns[head].packTransposed(values, from, stride);
    valueRows[head].resize(length, headSize);
    valueRows[head].pack(values, from, stride);
  }

  /** The first position that a row at a position attends to. */
  int firstVisible(int position) {
    return window == 0 ? 0 : Math.max(0, position - window + 1);
  }

  /** [head size][positions]. */
  Panels keyColumns(int head) {
    return keyColumns[head];
  }

  /** [positions][head size]. */
  Panels keyRows(int head) {
    return keyRows[head];
  }

  /** [head size][positions]. */
  Panels valueColumns(int head) {
    return valueColumns[head];
  }

  /** [positions][head size]. */
  Panels valueRows(int head) {
    return valueRows[head];
  }
}
