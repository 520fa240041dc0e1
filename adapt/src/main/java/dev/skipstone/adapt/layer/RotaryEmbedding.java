package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.Rope;
import java.util.Optional;

/**
 * RoPE (arXiv 2104.09864): channel pair i of a head turns by position * frequency i, and gets
 * longer by the rope's magnitude. Its derivative turns back, and gets longer by the same. Without
 * RoPE there are no pairs.
 */
final class RotaryEmbedding {
  private static final int UNIT = 16;

  private final Optional<Rope> rope;
  private final int positions;
  private final int pairs;
  private final int headSize;
  private final int step;
  private final int distance;
  private final float[] cosines;
  private final float[] sines;
  private final Workers workers;
  private final Workers.Task task = this::rotateUnit;

  private Optional<Rope> current = Optional.empty();
  private AnchorBatch batch;
  private float[] x;
  private int heads;
  private float direction;

  /**
   * @param rope empty for none
   * @param positions that rows can have
   */
  RotaryEmbedding(
      RopePairing pairing, Optional<Rope> rope, int headSize, int positions, Workers workers) {
    this.rope = rope;
    this.headSize = headSize;
    this.positions = positions;
    this.workers = workers;
    pairs = rope.map(Rope::dimensions).orElse(0) / 2;
    step = pairing == RopePairing.ADJACENT ? 2 : 1;
    distance = pairing == RopePairing.ADJACENT ? 1 : pairs;
    cosines = new float[positions * pairs];
    sines = new float[positions * pairs];
    expect(0);
  }

  /** Takes the angles that a sequence of so many positions has. */
  void expect(int length) {
    Optional<Rope> next = rope.map(any -> any.forLength(length));
    if (!next.equals(current)) {
      next.ifPresent(this::fill);
      current = next;
    }
  }

  private void fill(Rope next) {
    for (int i = 0; i < pairs; i++) {
      double frequency = next.frequency(i);
      for (int position = 0; position < positions; position++) {
        double angle = position * frequency;
        cosines[position * pairs + i] = (float) StrictMath.cos(angle) * next.magnitude();
        sines[position * pairs + i] = (float) StrictMath.sin(angle) * next.magnitude();
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
