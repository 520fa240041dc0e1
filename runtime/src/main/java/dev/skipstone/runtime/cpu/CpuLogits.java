package dev.skipstone.runtime.cpu;

import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.TokenBlocks;
import java.util.Arrays;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Logits of a pass's rows, [rows][stride]: the first ones of all tokens, and those behind of some,
 * side by side.
 */
final class CpuLogits implements Logits {
  /** Logits at once; a multiple of any lane count. */
  private static final int STEP = 1024;

  private final int vocabulary;
  private final int fullStride;
  private final float[] values;
  private final float[] exponentials = new float[STEP];
  private int rows;

  /** Rows of all tokens. */
  private int full;

  /** The tokens that there are logits of in the other rows. */
  private TokenBlocks some;

  private int stride;

  /** Rows of some tokens whose logits still are where those of all tokens would be. */
  private final boolean[] scattered;

  CpuLogits(int maxRows, int vocabulary, int stride) {
    scattered = new boolean[maxRows];
    this.vocabulary = vocabulary;
    fullStride = stride;
    values = new float[maxRows * stride];
  }

  float[] values() {
    return values;
  }

  /** Says what the values are: so many rows of all tokens. */
  void show(int newRows) {
    show(newRows, newRows, null);
  }

  /**
   * Says what the values are: rows of all tokens, and behind them rows of some, whose logits are
   * where all tokens' would be.
   */
  void show(int fullRows, int newRows, TokenBlocks tokens) {
    rows = newRows;
    full = fullRows;
    some = tokens;
    stride = fullStride;
    Arrays.fill(scattered, fullRows, newRows, true);
  }

  /** Says what the values are: so many rows of some tokens, by their places. */
  void show(int newRows, TokenBlocks tokens) {
    show(0, newRows, tokens);
    Arrays.fill(scattered, 0, newRows, false);
    stride = tokens.count() * TokenBlocks.BLOCK;
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
    int place = largestPlace(offset(row), count(row));
    return row < full ? place : some.token(place);
  }

  /** Logits of a row. */
  private int count(int row) {
    return row < full ? vocabulary : some.size();
  }

  private int largestPlace(int offset, int count) {
    float largest = Float.NEGATIVE_INFINITY;
    int best = 0;
    for (int start = 0; start < count; start += STEP) {
      float ofStep = largest(offset + start, Math.min(STEP, count - start));
      if (ofStep > largest) {
        largest = ofStep;
        best = start;
      }
    }
    while (best < count && values[offset + best] != largest) {
      best++;
    }
    return best < count ? best : 0;
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
    int count = count(row);
    float largest = largest(offset, count);
    int bound = Lanes.FLOAT.loopBound(count);
    FloatVector sums = FloatVector.zero(Lanes.FLOAT);
    for (int start = 0; start < bound; start += STEP) {
      int step = Math.min(STEP, bound - start);
      Exponential.apply(values, offset + start, step, 1, -largest, exponentials, 0);
      for (int i = 0; i < step; i += Lanes.FLOATS) {
        sums = sums.add(FloatVector.fromArray(Lanes.FLOAT, exponentials, i));
      }
    }
    sums.intoArray(exponentials, 0);
    float sum = Lanes.sum(exponentials);
    for (int i = bound; i < count; i++) {
      sum += (float) StrictMath.exp(values[offset + i] - largest);
    }
    return 1 / sum;
  }

  @Override
  public void read(int row, float[] target) {
    int offset = offset(row);
    if (row < full) {
      System.arraycopy(values, offset, target, 0, vocabulary);
      return;
    }
    Arrays.fill(target, 0, vocabulary, Float.NEGATIVE_INFINITY);
    int count = some.size();
    for (int place = 0; place < count; place += TokenBlocks.BLOCK) {
      int length = Math.min(TokenBlocks.BLOCK, count - place);
      System.arraycopy(values, offset + place, target, some.token(place), length);
    }
  }

  private int offset(int row) {
    int offset = Objects.checkIndex(row, rows) * stride;
    if (row >= full && scattered[row]) {
      gather(offset);
      scattered[row] = false;
    }
    return offset;
  }

  /** Brings a row's logits to their places: only of the rows that are looked at. */
  private void gather(int offset) {
    for (int i = 0; i < some.count(); i++) {
      int from = offset + some.block(i) * TokenBlocks.BLOCK;
      System.arraycopy(values, from, values, offset + i * TokenBlocks.BLOCK, TokenBlocks.BLOCK);
    }
  }
}
