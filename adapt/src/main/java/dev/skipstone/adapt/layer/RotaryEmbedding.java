package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;

/**
 * RoPE (arXiv 2104.09864): channel pair i of a head turns by position * base^(-2i / d). Its
 * derivative turns back.
 */
final class RotaryEmbedding {
  private static final int UNIT = 16;

  private final int pairs;
  private final int headSize;
  private final int step;
  private final int distance;
  private final float[] cosines;
  private final float[] sines;
  private final Workers workers;
  private final Workers.Task task = this::rotateUnit;

  private AnchorBatch batch;
  private float[] x;
  private int heads;
  private float direction;

  /**
   * @param positions that rows can have
   */
  RotaryEmbedding(RopePairing pairing, HyperParameters sizes, int positions, Workers workers) {
    this.workers = workers;
    pairs = sizes.ropeDimensions() / 2;
    headSize = sizes.headSize();
    step = pairing == RopePairing.ADJACENT ? 2 : 1;
    distance = pairing == RopePairing.ADJACENT ? 1 : pairs;
    cosines = new float[positions * pairs];
    sines = new float[positions * pairs];
    for (int i = 0; i < pairs; i++) {
      double frequency = StrictMath.pow(sizes.ropeBase(), -2.0 * i / sizes.ropeDimensions());
      for (int position = 0; position < positions; position++) {
        cosines[position * pairs + i] = (float) StrictMath.cos(position * frequency);
        sines[position * pairs + i] = (float) StrictMath.sin(position * frequency);
      }
    }
  }

  /** Turns all heads of a batch's rows. */
  void forward(AnchorBatch rows, float[] values, int headCount) {
    rotate(rows, values, headCount, 1);
  }

  /** Turns gradients back. */
  void backward(AnchorBatch rows, float[] gradients, int headCount) {
    rotate(rows, gradients, headCount, -1);
  }

  private void rotate(AnchorBatch rows, float[] values, int headCount, float sign) {
    batch = rows;
    x = values;
    heads = headCount;
    direction = sign;
    workers.run((rows.rows() + UNIT - 1) / UNIT, task);
  }

  private void rotateUnit(int worker, int unit) {
    int end = Math.min(batch.rows(), (unit + 1) * UNIT);
    for (int row = unit * UNIT; row < end; row++) {
      int angles = batch.position(row) * pairs;
      for (int head = 0; head < heads; head++) {
        rotateHead((row * heads + head) * headSize, angles);
      }
    }
  }

  private void rotateHead(int offset, int angles) {
    for (int i = 0; i < pairs; i++) {
      int a = offset + i * step;
      int b = a + distance;
      float cosine = cosines[angles + i];
      float sine = sines[angles + i] * direction;
      float first = x[a];
      float second = x[b];
      x[a] = first * cosine - second * sine;
      x[b] = first * sine + second * cosine;
    }
  }
}
