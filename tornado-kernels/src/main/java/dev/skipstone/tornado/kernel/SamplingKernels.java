package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Distributions over the vocabulary, and the most probable tokens. */
public final class SamplingKernels {
  /** Work-items of a group. */
  public static final int LANES = 64;

  private SamplingKernels() {}

  /**
   * softmax(logits / temperature), one work-item a row.
   *
   * @param logits [logit rows][vocabulary]
   * @param choice as {@link ChoiceBuffer} has it
   * @param probabilities [logit rows][vocabulary]
   */
  public static void softmaxByItem(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      FloatArray choice,
      FloatArray probabilities,
      int vocabulary) {
    int row = context.globalIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float factor = 1f / choice.get(ChoiceBuffer.TEMPERATURE);
      float largest = logits.get(from);
      for (int i = 1; i < vocabulary; i++) {
        largest = Math.max(largest, logits.get(from + i));
      }
      float sum = 0f;
      for (int i = 0; i < vocabulary; i++) {
        float weight = TornadoMath.exp((logits.get(from + i) - largest) * factor);
        probabilities.set(from + i, weight);
        sum += weight;
      }
      for (int i = 0; i < vocabulary; i++) {
        probabilities.set(from + i, probabilities.get(from + i) / sum);
      }
    }
  }

  /** As {@link #softmaxByItem}, one work-group a row. */
  public static void softmaxByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      FloatArray choice,
      FloatArray probabilities,
      int vocabulary) {
    float[] values = context.allocateFloatLocalArray(LANES);
    int row = context.groupIdx;
    int lane = context.localIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float factor = 1f / choice.get(ChoiceBuffer.TEMPERATURE);
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = lane; i < vocabulary; i += LANES) {
        largest = Math.max(largest, logits.get(from + i));
      }
      values[lane] = largest;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          values[lane] = Math.max(values[lane], values[lane + half]);
        }
        context.localBarrier();
      }
      largest = values[0];
      context.localBarrier();
      float sum = 0f;
      for (int i = lane; i < vocabulary; i += LANES) {
        float weight = TornadoMath.exp((logits.get(from + i) - largest) * factor);
        probabilities.set(from + i, weight);
        sum += weight;
      }
      values[lane] = sum;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          values[lane] += values[lane + half];
        }
        context.localBarrier();
      }
      for (int i = lane; i < vocabulary; i += LANES) {
        probabilities.set(from + i, probabilities.get(from + i) / values[0]);
      }
    }
  }

  /**
   * Whether a logit comes behind another in order, of equal ones by their tokens. By cases, since
   * TornadoVM compiles {@code value < last || (value == last && …)} wrongly for OpenCL.
   */
  private static boolean isBehind(float value, int token, float lastValue, int lastToken) {
    if (value == lastValue) {
      return token > lastToken;
    }
    return value < lastValue;
  }

  /**
   * The k largest logits of a row, largest first, of equal ones the first first; one work-item a
   * row.
   *
   * @param tokens [logit rows][k]
   * @param values [logit rows][k], their logits
   */
  public static void selectByItem(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      IntArray tokens,
      FloatArray values,
      int vocabulary,
      int k) {
    int row = context.globalIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float lastValue = Float.POSITIVE_INFINITY;
      int lastToken = -1;
      for (int rank = 0; rank < k; rank++) {
        float best = Float.NEGATIVE_INFINITY;
        int token = vocabulary;
        for (int i = 0; i < vocabulary; i++) {
          float value = logits.get(from + i);
          boolean isLeft = isBehind(value, i, lastValue, lastToken);
          if (isLeft && (value > best || token == vocabulary)) {
            best = value;
            token = i;
          }
        }
        tokens.set(row * k + rank, token);
        values.set(row * k + rank, best);
        lastValue = best;
        lastToken = token;
      }
    }
  }

  /** As {@link #selectByItem}, one work-group a row. */
  public static void selectByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      IntArray tokens,
      FloatArray values,
      int vocabulary,
      int k) {
    float[] bestValues = context.allocateFloatLocalArray(LANES);
    int[] bestTokens = context.allocateIntLocalArray(LANES);
    int row = context.groupIdx;
    int lane = context.localIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float lastValue = Float.POSITIVE_INFINITY;
      int lastToken = -1;
      for (int rank = 0; rank < k; rank++) {
        float best = Float.NEGATIVE_INFINITY;
        int token = vocabulary;
        for (int i = lane; i < vocabulary; i += LANES) {
          float value = logits.get(from + i);
          boolean isLeft = isBehind(value, i, lastValue, lastToken);
          if (isLeft && (value > best || token == vocabulary)) {
            best = value;
            token = i;
          }
        }
        bestValues[lane] = best;
        bestTokens[lane] = token;
        context.localBarrier();
        for (int half = LANES / 2; half > 0; half /= 2) {
          if (lane < half) {
            float other = bestValues[lane + half];
            boolean earlier = bestTokens[lane + half] < bestTokens[lane];
            if (other > bestValues[lane] || (other == bestValues[lane] && earlier)) {
              bestValues[lane] = other;
              bestTokens[lane] = bestTokens[lane + half];
            }
          }
          context.localBarrier();
        }
        lastValue = bestValues[0];
        lastToken = bestTokens[0];
        if (lane == 0) {
          tokens.set(row * k + rank, lastToken);
          values.set(row * k + rank, lastValue);
        }
        context.localBarrier();
      }
    }
  }
}
