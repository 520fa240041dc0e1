package dev.skipstone.runtime.cpu;

import dev.skipstone.runtime.pass.Logits;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;

/** Logits of a pass's rows, [rows][stride]. */
final class CpuLogits implements Logits {
  private final int vocabulary;
  private final int stride;
  private final float[] values;
  private final float[] lanes = new float[Lanes.FLOATS];
  private int rows;

  CpuLogits(int maxRows, int vocabulary, int stride) {
    this.vocabulary = vocabulary;
    this.stride = stride;
    values = new float[maxRows * stride];
  }

  float[] values() {
    return values;
  }

  void resize(int newRows) {
    rows = newRows;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public int argmax(int row) {
    int offset = offset(row);
    float largest = largest(offset);
    for (int i = 0; i < vocabulary; i++) {
      if (values[offset + i] == largest) {
        return i;
      }
    }
    return 0;
  }

  private float largest(int offset) {
    int bound = Lanes.FLOAT.loopBound(vocabulary);
    FloatVector largest = FloatVector.broadcast(Lanes.FLOAT, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < bound; i += Lanes.FLOATS) {
      largest = largest.max(FloatVector.fromArray(Lanes.FLOAT, values, offset + i));
    }
    largest.intoArray(lanes, 0);
    float best = Float.NEGATIVE_INFINITY;
    for (float lane : lanes) {
      best = Math.max(best, lane);
    }
    for (int i = bound; i < vocabulary; i++) {
      best = Math.max(best, values[offset + i]);
    }
    return best;
  }

  @Override
  public float topProbability(int row) {
    int offset = offset(row);
    float largest = largest(offset);
    int bound = Lanes.FLOAT.loopBound(vocabulary);
    FloatVector sums = FloatVector.zero(Lanes.FLOAT);
    for (int i = 0; i < bound; i += Lanes.FLOATS) {
      sums =
          sums.add(
              Exponential.of(FloatVector.fromArray(Lanes.FLOAT, values, offset + i).sub(largest)));
    }
    sums.intoArray(lanes, 0);
    float sum = Lanes.sum(lanes);
    for (int i = bound; i < vocabulary; i++) {
      sum += (float) StrictMath.exp(values[offset + i] - largest);
    }
    return 1 / sum;
  }

  @Override
  public void read(int row, float[] target) {
    System.arraycopy(values, offset(row), target, 0, vocabulary);
  }

  private int offset(int row) {
    return Objects.checkIndex(row, rows) * stride;
  }
}
