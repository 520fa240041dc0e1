package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Distributions over the vocabulary, and what is drawn from them. */
public final class SamplingKernels {
  /** Work-items of a group. */
  public static final int LANES = 64;

  /** Place in the result of how many drafted tokens stand. */
  public static final int ACCEPTED = 0;

  /** Place in the result of the token behind them. */
  public static final int NEXT = 1;

  private SamplingKernels() {}

  /**
   * softmax(logits / temperature), one work-item a row.
   *
   * @param logits [logit rows][vocabulary]
   * @param temperature one positive number
   * @param probabilities [logit rows][vocabulary]
   */
  public static void softmaxByItem(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      FloatArray temperature,
      FloatArray probabilities,
      int vocabulary) {
    int row = context.globalIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float factor = 1f / temperature.get(0);
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
      FloatArray temperature,
      FloatArray probabilities,
      int vocabulary) {
    float[] values = context.allocateFloatLocalArray(LANES);
    int row = context.groupIdx;
    int lane = context.localIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float factor = 1f / temperature.get(0);
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

  /**
   * Greedy acceptance: the draft, which is the pass's tokens behind its first, stands as far as
   * each token is the best one of the row before it. One work-item in all.
   *
   * @param best of each row
   * @param result at {@link #ACCEPTED} and {@link #NEXT}
   */
  public static void acceptBest(
      KernelContext context, IntArray pass, IntArray best, IntArray result) {
    if (context.globalIdx == 0) {
      int drafted = pass.get(PassBuffer.ROWS) - 1;
      int accepted = 0;
      while (accepted < drafted
          && pass.get(PassBuffer.TOKENS + 1 + accepted) == best.get(accepted)) {
        accepted++;
      }
      result.set(ACCEPTED, accepted);
      result.set(NEXT, best.get(accepted));
    }
  }

  /**
   * Speculative sampling (arXiv 2211.17192, algorithm 1): a drafted token stands with probability
   * min(1, p / q); behind the last that does, a token is drawn from max(0, p - q), or from p where
   * the whole draft stands. One work-item in all.
   *
   * @param target p: [rows][vocabulary], of the full model
   * @param draft q: [rows - 1][vocabulary], what each drafted token was drawn from
   * @param chances uniform in [0, 1): one for each drafted token, and one to draw with
   * @param result at {@link #ACCEPTED} and {@link #NEXT}
   */
  public static void acceptDrawnByItem(
      KernelContext context,
      IntArray pass,
      FloatArray target,
      FloatArray draft,
      FloatArray chances,
      IntArray result,
      int vocabulary) {
    if (context.globalIdx == 0) {
      int drafted = pass.get(PassBuffer.ROWS) - 1;
      int accepted = 0;
      boolean stands = true;
      while (stands && accepted < drafted) {
        int at = accepted * vocabulary + pass.get(PassBuffer.TOKENS + 1 + accepted);
        stands = chances.get(accepted) * draft.get(at) < target.get(at);
        if (stands) {
          accepted++;
        }
      }
      int from = accepted * vocabulary;
      float rest = 0f;
      float all = 0f;
      for (int i = 0; i < vocabulary; i++) {
        float p = target.get(from + i);
        float q = 0f;
        if (accepted < drafted) {
          q = draft.get(from + i);
        }
        all += p;
        rest += Math.max(0f, p - q);
      }
      // Where rounding leaves nothing, p and q are the same.
      boolean subtract = accepted < drafted && rest > 0f;
      float goal = chances.get(drafted) * (subtract ? rest : all);
      float sum = 0f;
      int next = -1;
      for (int i = 0; i < vocabulary; i++) {
        float share = target.get(from + i);
        if (subtract) {
          share = Math.max(0f, share - draft.get(from + i));
        }
        if (share > 0f && (sum <= goal || next < 0)) {
          next = i;
        }
        sum += share;
      }
      result.set(ACCEPTED, accepted);
      result.set(NEXT, next);
    }
  }

  /** As {@link #acceptDrawnByItem}, by one work-group. */
  public static void acceptDrawnByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray target,
      FloatArray draft,
      FloatArray chances,
      IntArray result,
      int vocabulary) {
    float[] rests = context.allocateFloatLocalArray(LANES);
    float[] alls = context.allocateFloatLocalArray(LANES);
    int lane = context.localIdx;
    int drafted = pass.get(PassBuffer.ROWS) - 1;
    int accepted = 0;
    boolean stands = true;
    while (stands && accepted < drafted) {
      int at = accepted * vocabulary + pass.get(PassBuffer.TOKENS + 1 + accepted);
      stands = chances.get(accepted) * draft.get(at) < target.get(at);
      if (stands) {
        accepted++;
      }
    }
    int from = accepted * vocabulary;
    int share = (vocabulary + LANES - 1) / LANES;
    int first = Math.min(lane * share, vocabulary);
    int end = Math.min(first + share, vocabulary);
    float rest = 0f;
    float all = 0f;
    for (int i = first; i < end; i++) {
      float p = target.get(from + i);
      float q = 0f;
      if (accepted < drafted) {
        q = draft.get(from + i);
      }
      all += p;
      rest += Math.max(0f, p - q);
    }
    rests[lane] = rest;
    alls[lane] = all;
    context.localBarrier();
    if (lane == 0) {
      float allRest = 0f;
      float allTarget = 0f;
      for (int k = 0; k < LANES; k++) {
        allRest += rests[k];
        allTarget += alls[k];
      }
      boolean subtract = accepted < drafted && allRest > 0f;
      float goal = chances.get(drafted) * (subtract ? allRest : allTarget);
      // The last share that starts at or before the goal and is not empty has the token.
      float sum = 0f;
      float sumBefore = 0f;
      int chosen = -1;
      for (int k = 0; k < LANES; k++) {
        float mass = subtract ? rests[k] : alls[k];
        if (mass > 0f && (sum <= goal || chosen < 0)) {
          chosen = k;
          sumBefore = sum;
        }
        sum += mass;
      }
      int next = -1;
      sum = sumBefore;
      for (int i = chosen * share; i < Math.min((chosen + 1) * share, vocabulary); i++) {
        float mass = target.get(from + i);
        if (subtract) {
          mass = Math.max(0f, mass - draft.get(from + i));
        }
        if (mass > 0f && (sum <= goal || next < 0)) {
          next = i;
        }
        sum += mass;
      }
      result.set(ACCEPTED, accepted);
      result.set(NEXT, next);
    }
  }
}
