package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The best token of each row of logits, the first of several, and its probability under softmax, so
 * that logits can stay on the device.
 */
public final class RankingKernels {
  /** Work-items of a group. */
  public static final int LANES = 64;

  private RankingKernels() {}

  /**
   * One work-item a row.
   *
   * @param logits [logit rows][vocabulary]
   * @param best a token for each row
   * @param probability of it
   */
  public static void rankByItem(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      IntArray best,
      FloatArray probability,
      int vocabulary) {
    int row = context.globalIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float largest = logits.get(from);
      int token = 0;
      for (int i = 1; i < vocabulary; i++) {
        if (logits.get(from + i) > largest) {
          largest = logits.get(from + i);
          token = i;
        }
      }
      float sum = 0f;
      for (int i = 0; i < vocabulary; i++) {
        sum += TornadoMath.exp(logits.get(from + i) - largest);
      }
      best.set(row, token);
      probability.set(row, 1f / sum);
    }
  }

  /** As {@link #rankByItem}, one work-group a row. */
  public static void rankByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      IntArray best,
      FloatArray probability,
      int vocabulary) {
    float[] values = context.allocateFloatLocalArray(LANES);
    int[] tokens = context.allocateIntLocalArray(LANES);
    int row = context.groupIdx;
    int lane = context.localIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float largest = Float.NEGATIVE_INFINITY;
      int token = 0;
      for (int i = lane; i < vocabulary; i += LANES) {
        if (logits.get(from + i) > largest) {
          largest = logits.get(from + i);
          token = i;
        }
      }
      values[lane] = largest;
      tokens[lane] = token;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          float other = values[lane + half];
          boolean earlier = tokens[lane + half] < tokens[lane];
          if (other > values[lane] || (other == values[lane] && earlier)) {
            values[lane] = other;
            tokens[lane] = tokens[lane + half];
          }
        }
        context.localBarrier();
      }
      float best0 = values[0];
      context.localBarrier();
      float sum = 0f;
      for (int i = lane; i < vocabulary; i += LANES) {
        sum += TornadoMath.exp(logits.get(from + i) - best0);
      }
      values[lane] = sum;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          values[lane] += values[lane + half];
        }
        context.localBarrier();
      }
      if (lane == 0) {
        best.set(row, tokens[0]);
        probability.set(row, 1f / values[0]);
      }
    }
  }
}
