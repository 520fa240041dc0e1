package dev.skipstone.runtime.cpu;

import dev.skipstone.runtime.pass.Logits;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Logits of a pass's rows, [rows][stride]. */
final class CpuLogits implements Logits {
  /** Logits at once; a multiple of any lane count. */
  private static final int STEP = 1024;

  private final int vocabulary;
  private final int stride;
  private final float[] values;
  private final float[] exponentials = new float[STEP];
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
    float largest = Float.NEGATIVE_INFINITY;
    int best = 0;
    for (int start = 0; start < vocabulary; start += STEP) {
      float ofStep = largest(offset + start, Math.min(STEP, vocabulary - start));
      if (ofStep > largest) {
        largest = ofStep;
        best = start;
      }
    }
    while (best < vocabulary && values[offset + best] != largest) {
      best++;
    }
    return best < vocabulary ? best : 0;
  }

  private float largest(int offset, int count) {
    int bound = Lanes.FLOAT.loopBound(count);
    FloatVector most = FloatVector.broadcast(Lanes.FLOAT, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < bound; i += Lanes.FLOATS) {
      most = most.max(FloatVector.fromArray(Lanes.FLOAT, values, offset + i));
    }
    float largest = most.reduceLanes(VectorOperators.MAX);
    for (int i = bound; i < count; i++) {
      largest = Math.max(largest, values[offset + i]);
    }
    return largest;
  }

  @Override
  public float topProbability(int row) {
    int offset = offset(row);
    float largest = largest(offset, vocabulary);
    int bound = Lanes.FLOAT.loopBound(vocabulary);
    FloatVector sums = FloatVector.zero(Lanes.FLOAT);
    for (int start = 0; start < bound; start += STEP) {
      int count = Math.min(STEP, bound - start);
      Exponential.apply(values, offset + start, count, 1, -largest, exponentials, 0);
      for (int i = 0; i < count; i += Lanes.FLOATS) {
        sums = sums.add(FloatVector.fromArray(Lanes.FLOAT, exponentials, i));
      }
    }
    sums.intoArray(exponentials, 0);
    float sum = Lanes.sum(exponentials);
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
