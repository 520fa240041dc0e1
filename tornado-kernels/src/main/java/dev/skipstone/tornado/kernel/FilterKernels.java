package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Which tokens can be drawn: top-k, then top-p of those, then min-p. Tokens are in order of their
 * logits, of equal ones those with smaller ids first, and what top-k and top-p keep is a beginning
 * of that order. Its last token is found without sorting: by bisecting the logits that there are,
 * and then the tokens that have the one that was found.
 */
public final class FilterKernels {
  /** Work-items of a group. */
  public static final int LANES = 64;

  /**
   * Rounds of a search: top-k's by logit, and by token among equal logits; then top-p's the same.
   */
  private static final int TOP_P_ROUND = 2;

  private static final int ROUNDS = 4;

  private FilterKernels() {}

  /** Whether a token is not behind the last one that is kept. */
  private static boolean isKept(float logit, int token, float least, int last) {
    if (logit == least) {
      return token <= last;
    }
    return logit > least;
  }

  /** Whether a round's search is among a token and others. */
  private static boolean isOpen(
      int round, float logit, int token, float border, float least, int last) {
    if (round % 2 == 1 && logit != border) {
      return false;
    }
    return isKept(logit, token, least, last);
  }

  /**
   * Where a step of a search divides: the first two find the smallest and the largest key; the
   * others are above {@code low}, so that each step leaves fewer keys.
   */
  private static float middle(int step, float low, float high) {
    if (step == 0) {
      return Float.NEGATIVE_INFINITY;
    }
    if (step == 1) {
      return Float.POSITIVE_INFINITY;
    }
    float middle = low + (high - low) * 0.5f;
    return middle > low ? middle : high;
  }

  /**
   * The last token that top-k and top-p keep, one work-item a row.
   *
   * @param logits [logit rows][vocabulary]
   * @param probabilities [logit rows][vocabulary], at the temperature
   * @param choice as {@link ChoiceBuffer} has it
   * @param least its logit, for each row; negative infinity if all are kept
   * @param last its id, for each row
   */
  public static void cutByItem(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      FloatArray probabilities,
      FloatArray choice,
      FloatArray least,
      IntArray last,
      int vocabulary) {
    int row = context.globalIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float goal = choice.get(ChoiceBuffer.TOP_K);
      int first = goal < vocabulary ? 0 : TOP_P_ROUND;
      int end = choice.get(ChoiceBuffer.TOP_P) < 1f ? ROUNDS : TOP_P_ROUND;
      float cut = Float.NEGATIVE_INFINITY;
      int cutToken = vocabulary;
      float border = 0f;
      float base = 0f;
      for (int round = first; round < end; round++) {
        float low = Float.NEGATIVE_INFINITY;
        float high = Float.POSITIVE_INFINITY;
        float before = round % 2 == 1 ? base : 0f;
        for (int step = 0; low < high; step++) {
          float middle = middle(step, low, high);
          float sum = before;
          float above = Float.POSITIVE_INFINITY;
          float below = Float.NEGATIVE_INFINITY;
          for (int i = 0; i < vocabulary; i++) {
            float logit = logits.get(from + i);
            if (isOpen(round, logit, i, border, cut, cutToken)) {
              float key = round % 2 == 1 ? (float) -i : logit;
              if (key >= middle) {
                sum += round < TOP_P_ROUND ? 1f : probabilities.get(from + i);
                above = Math.min(above, key);
              } else {
                below = Math.max(below, key);
              }
            }
          }
          if (step == 0 && round == TOP_P_ROUND) {
            goal = choice.get(ChoiceBuffer.TOP_P) * sum;
          }
          if (step == 0 || sum >= goal) {
            low = above;
          } else {
            high = below;
            base = sum;
          }
        }
        if (round % 2 == 1) {
          cut = border;
          cutToken = (int) -low;
        } else {
          border = low;
        }
      }
      least.set(row, cut);
      last.set(row, cutToken);
    }
  }

  /** As {@link #cutByItem}, one work-group a row. */
  public static void cutByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      FloatArray probabilities,
      FloatArray choice,
      FloatArray least,
      IntArray last,
      int vocabulary) {
    float[] sums = context.allocateFloatLocalArray(LANES);
    float[] aboves = context.allocateFloatLocalArray(LANES);
    float[] belows = context.allocateFloatLocalArray(LANES);
    int row = context.groupIdx;
    int lane = context.localIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float goal = choice.get(ChoiceBuffer.TOP_K);
      int first = goal < vocabulary ? 0 : TOP_P_ROUND;
      int end = choice.get(ChoiceBuffer.TOP_P) < 1f ? ROUNDS : TOP_P_ROUND;
      float cut = Float.NEGATIVE_INFINITY;
      int cutToken = vocabulary;
      float border = 0f;
      float base = 0f;
      for (int round = first; round < end; round++) {
        float low = Float.NEGATIVE_INFINITY;
        float high = Float.POSITIVE_INFINITY;
        float before = round % 2 == 1 ? base : 0f;
        for (int step = 0; low < high; step++) {
          float middle = middle(step, low, high);
          float sum = 0f;
          float above = Float.POSITIVE_INFINITY;
          float below = Float.NEGATIVE_INFINITY;
          for (int i = lane; i < vocabulary; i += LANES) {
            float logit = logits.get(from + i);
            if (isOpen(round, logit, i, border, cut, cutToken)) {
              float key = round % 2 == 1 ? (float) -i : logit;
              if (key >= middle) {
                sum += round < TOP_P_ROUND ? 1f : probabilities.get(from + i);
                above = Math.min(above, key);
              } else {
                below = Math.max(below, key);
              }
            }
          }
          sums[lane] = sum;
          aboves[lane] = above;
          belows[lane] = below;
          context.localBarrier();
          for (int half = LANES / 2; half > 0; half /= 2) {
            if (lane < half) {
              sums[lane] += sums[lane + half];
              aboves[lane] = Math.min(aboves[lane], aboves[lane + half]);
              belows[lane] = Math.max(belows[lane], belows[lane + half]);
            }
            context.localBarrier();
          }
          float all = before + sums[0];
          if (step == 0 && round == TOP_P_ROUND) {
            goal = choice.get(ChoiceBuffer.TOP_P) * all;
          }
          if (step == 0 || all >= goal) {
            low = aboves[0];
          } else {
            high = belows[0];
            base = all;
          }
          context.localBarrier();
        }
        if (round % 2 == 1) {
          cut = border;
          cutToken = (int) -low;
        } else {
          border = low;
        }
      }
      if (lane == 0) {
        least.set(row, cut);
        last.set(row, cutToken);
      }
    }
  }

  /**
   * Takes what is behind the last token, and what min-p takes, from the probabilities, and scales
   * the others so that they sum to 1; one work-item a row.
   *
   * @param logits [logit rows][vocabulary]
   * @param choice as {@link ChoiceBuffer} has it
   * @param least logit of the last token, for each row
   * @param last its id, for each row
   * @param probabilities [logit rows][vocabulary]
   */
  public static void keepByItem(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      FloatArray choice,
      FloatArray least,
      IntArray last,
      FloatArray probabilities,
      int vocabulary) {
    int row = context.globalIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float largest = 0f;
      for (int i = 0; i < vocabulary; i++) {
        largest = Math.max(largest, probabilities.get(from + i));
      }
      float enough = largest * choice.get(ChoiceBuffer.MIN_P);
      float sum = 0f;
      for (int i = 0; i < vocabulary; i++) {
        float p = probabilities.get(from + i);
        if (p >= enough && isKept(logits.get(from + i), i, least.get(row), last.get(row))) {
          sum += p;
        } else {
          probabilities.set(from + i, 0f);
        }
      }
      for (int i = 0; i < vocabulary; i++) {
        probabilities.set(from + i, probabilities.get(from + i) / sum);
      }
    }
  }

  /** As {@link #keepByItem}, one work-group a row. */
  public static void keepByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray logits,
      FloatArray choice,
      FloatArray least,
      IntArray last,
      FloatArray probabilities,
      int vocabulary) {
    float[] values = context.allocateFloatLocalArray(LANES);
    int row = context.groupIdx;
    int lane = context.localIdx;
    if (row < pass.get(PassBuffer.LOGIT_ROWS)) {
      int from = row * vocabulary;
      float largest = 0f;
      for (int i = lane; i < vocabulary; i += LANES) {
        largest = Math.max(largest, probabilities.get(from + i));
      }
      values[lane] = largest;
      context.localBarrier();
      for (int half = LANES / 2; half > 0; half /= 2) {
        if (lane < half) {
          values[lane] = Math.max(values[lane], values[lane + half]);
        }
        context.localBarrier();
      }
      float enough = values[0] * choice.get(ChoiceBuffer.MIN_P);
      context.localBarrier();
      float sum = 0f;
      for (int i = lane; i < vocabulary; i += LANES) {
        float p = probabilities.get(from + i);
        if (p >= enough && isKept(logits.get(from + i), i, least.get(row), last.get(row))) {
          sum += p;
        } else {
          probabilities.set(from + i, 0f);
        }
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
}
