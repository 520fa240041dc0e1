package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;

/**
 * RoPE (arXiv 2104.09864): channel pair i of a head is rotated by position * base^(-2i / d). The
 * angles of a pass's positions are computed once for all its layers and heads.
 */
final class RotaryEmbedding {
  private final int pairs;
  private final int headSize;
  private final int step;
  private final int distance;
  private final double[] frequencies;
  private final float[] cosines;
  private final float[] sines;

  RotaryEmbedding(RopePairing pairing, HyperParameters sizes, int maxRows) {
    pairs = sizes.ropeDimensions() / 2;
    headSize = sizes.headSize();
    step = pairing == RopePairing.ADJACENT ? 2 : 1;
    distance = pairing == RopePairing.ADJACENT ? 1 : pairs;
    frequencies = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      frequencies[i] = StrictMath.pow(sizes.ropeBase(), -2.0 * i / sizes.ropeDimensions());
    }
    cosines = new float[maxRows * pairs];
    sines = new float[maxRows * pairs];
  }

  /**
   * Computes one row's angles. Not with {@link StrictMath}, whose sine allocates; the JVM's own is
   * the same function interpreted and compiled.
   */
  void prepare(int row, int position) {
    for (int i = 0; i < pairs; i++) {
      double angle = position * frequencies[i];
      cosines[row * pairs + i] = (float) Math.cos(angle);
      sines[row * pairs + i] = (float) Math.sin(angle);
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
