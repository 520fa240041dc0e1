package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.Rope;
import java.util.Optional;

/**
 * RoPE (arXiv 2104.09864): channel pair i of a head is rotated by position * frequency i. The
 * angles of a pass's positions are computed once for all its layers and heads. Without RoPE there
 * are no pairs.
 */
final class RotaryEmbedding {
  private final Optional<Rope> rope;
  private final int pairs;
  private final int headSize;
  private final int step;
  private final int distance;
  private final double[] frequencies;
  private final float[] cosines;
  private final float[] sines;
  private Optional<Rope> current;

  /**
   * @param rope empty for none
   */
  RotaryEmbedding(RopePairing pairing, Optional<Rope> rope, int headSize, int maxRows) {
    this.rope = rope;
    this.headSize = headSize;
    pairs = rope.map(Rope::dimensions).orElse(0) / 2;
    step = pairing == RopePairing.ADJACENT ? 2 : 1;
    distance = pairing == RopePairing.ADJACENT ? 1 : pairs;
    frequencies = new double[pairs];
    cosines = new float[maxRows * pairs];
    sines = new float[maxRows * pairs];
    current = Optional.empty();
    expect(0);
  }

  /**
   * Takes the frequencies for sequences of so many positions.
   *
   * @return whether they are others than before
   */
  boolean expect(int positions) {
    Optional<Rope> next = rope.map(any -> any.forLength(positions));
    if (next.equals(current)) {
      return false;
    }
    for (int i = 0; i < pairs; i++) {
      frequencies[i] = next.orElseThrow().frequency(i);
    }
    current = next;
    return true;
  }

  /**
   * Computes one row's angles. Not with {@link StrictMath}, whose sine allocates; the JVM's own is
   * the same function interpreted and compiled.
   */
  void prepare(int row, int position) {
    float magnitude = pairs == 0 ? 1 : current.orElseThrow().magnitude();
    for (int i = 0; i < pairs; i++) {
      double angle = position * frequencies[i];
      cosines[row * pairs + i] = (float) Math.cos(angle) * magnitude;
      sines[row * pairs + i] = (float) Math.sin(angle) * magnitude;
    }
  }

  /**
   * Rotates a head of a row, and multiplies it with a factor.
   *
   * @param offset where its channels start
   */
  void rotate(float[] x, int offset, int row, float factor) {
    for (int i = 0; i < pairs; i++) {
      int a = offset + i * step;
      int b = a + distance;
      float cosine = cosines[row * pairs + i] * factor;
      float sine = sines[row * pairs + i] * factor;
      float first = x[a];
      float second = x[b];
      x[a] = first * cosine - second * sine;
      x[b] = first * sine + second * cosine;
    }
    for (int i = 2 * pairs; i < headSize; i++) {
      x[offset + i] *= factor;
    }
  }
}
