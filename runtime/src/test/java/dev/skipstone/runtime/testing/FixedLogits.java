package dev.skipstone.runtime.testing;

import dev.skipstone.runtime.pass.Logits;

/** Logits from a test. */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
public record FixedLogits(float[]... values) implements Logits {
  /** Logits under whose softmax tokens have these probabilities. */
  public static FixedLogits ofProbabilities(double[]... rows) {
    float[][] values = new float[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      values[r] = new float[rows[r].length];
      for (int i = 0; i < rows[r].length; i++) {
        values[r][i] = (float) Math.log(rows[r][i]);
      }
    }
    return new FixedLogits(values);
  }

  @Override
  public int rows() {
    return values.length;
  }

  @Override
  public int vocabulary() {
    return values[0].length;
  }

  @Override
  public int argmax(int row) {
    int best = 0;
    for (int i = 1; i < values[row].length; i++) {
      best = values[row][i] > values[row][best] ? i : best;
    }
    return best;
  }

  @Override
  public float topProbability(int row) {
    double sum = 0;
    for (float value : values[row]) {
      sum += Math.exp(value - values[row][argmax(row)]);
    }
    return (float) (1 / sum);
  }

  @Override
  public void read(int row, float[] target) {
    System.arraycopy(values[row], 0, target, 0, values[row].length);
  }
}
