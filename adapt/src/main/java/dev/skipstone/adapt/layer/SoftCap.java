package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Rows;

/**
 * Holds values down: y = cap tanh(x / cap), as cap - 2 cap / (e^(2x / cap) + 1).
 *
 * @param cap 0 for none
 */
record SoftCap(float cap) {
  boolean exists() {
    return cap > 0;
  }

  /** Values become y, if there is a cap. */
  void forward(float[] values, int from, int count) {
    if (!exists()) {
      return;
    }
    Rows.exponential(values, from, count, 2 / cap, 0, values, from);
    for (int i = from; i < from + count; i++) {
      values[i] = cap - 2 * cap / (values[i] + 1);
    }
  }

  /**
   * Computes dy / dx = 1 - (y / cap)^2; only where there is a cap.
   *
   * @param y from {@code from} on
   * @param target receives the slopes from index 0 on
   */
  void slopes(float[] y, int from, int count, float[] target) {
    for (int i = 0; i < count; i++) {
      float share = y[from + i] / cap;
      target[i] = 1 - share * share;
    }
  }
}
