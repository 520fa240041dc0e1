package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Causal grouped-query attention (arXiv 2305.13245) over the cache, with the running softmax of
 * FlashAttention (arXiv 2205.14135, algorithm 1): no row of scores is ever held whole.
 *
 * <p>Parameters that the kernels share: {@code projected} [rows][stride], queries first; {@code
 * keys} and {@code values} [layers][heads / shared][positions][headSize]; {@code attended}
 * [rows][heads * headSize]; {@code shared} is the number of query heads to a key head; {@code
 * scale} multiplies scores, which {@code cap} then holds down, where it is above 0. A row attends
 * to the positions of the step's window.
 */
public final class AttentionKernels {
  /** Work-items of a group, and positions that it takes at a time. */
  public static final int LANES = 64;

  /** Largest head: a work-item keeps a channel of every {@value #LANES}. */
  public static final int MAX_HEAD_SIZE = 256;

  private static final int CHANNELS = MAX_HEAD_SIZE / LANES;

  private AttentionKernels() {}

  /** The first position that a row attends to. */
  private static int visible(IntArray pass, int length) {
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP);
    return Math.max(0, length - pass.get(step + PassBuffer.WINDOW));
  }

  /** A score from the product of query and key. */
  private static float scaled(float product, float scale, float cap) {
    if (cap > 0f) {
      return ElementKernels.capped(product * scale, cap);
    }
    return product * scale;
  }

  /** One work-item a head of a row. */
  public static void attendByItem(
      KernelContext context,
      IntArray pass,
      FloatArray projected,
      FloatArray keys,
      FloatArray values,
      FloatArray attended,
      int heads,
      int shared,
      int headSize,
      int stride,
      int positions,
      float scale,
      float cap) {
    int row = context.globalIdx / heads;
    int head = context.globalIdx % heads;
    if (row < pass.get(PassBuffer.ROWS)) {
      int query = row * stride + head * headSize;
      int to = (row * heads + head) * headSize;
      int cache =
          (pass.get(PassBuffer.LAYER) * (heads / shared) + head / shared) * positions * headSize;
      int length = pass.get(PassBuffer.START) + row + 1;
      int visible = visible(pass, length);
      float largest = Float.NEGATIVE_INFINITY;
      float sum = 0f;
      for (int c = 0; c < headSize; c++) {
        attended.set(to + c, 0f);
      }
      for (int p = visible; p < length; p++) {
        int at = cache + p * headSize;
        float score = 0f;
        for (int c = 0; c < headSize; c++) {
          score += projected.get(query + c) * keys.get(at + c);
        }
        score = scaled(score, scale, cap);
        if (score > largest) {
          float shrink = TornadoMath.exp(largest - score);
          sum = sum * shrink;
          for (int c = 0; c < headSize; c++) {
            attended.set(to + c, attended.get(to + c) * shrink);
          }
          largest = score;
        }
        float weight = TornadoMath.exp(score - largest);
        sum += weight;
        for (int c = 0; c < headSize; c++) {
          attended.set(to + c, attended.get(to + c) + weight * values.get(at + c));
        }
      }
      for (int c = 0; c < headSize; c++) {
        attended.set(to + c, attended.get(to + c) / sum);
      }
    }
  }

  /**
   * One work-group a head of a row: a work-item takes the score of one position of a tile, and then
   * some channels of the values. A tile needs no barrier at its end: the next one writes scores
   * only behind the barriers of its own largest score.
   */
  public static void attendByGroup(
      KernelContext context,
      IntArray pass,
      FloatArray projected,
      FloatArray keys,
      FloatArray values,
      FloatArray attended,
      int heads,
      int shared,
      int headSize,
      int stride,
      int positions,
      float scale,
      float cap) {
    float[] scores = context.allocateFloatLocalArray(LANES);
    float[] maxima = context.allocateFloatLocalArray(LANES);
    float[] sums = new float[CHANNELS];
    int row = context.groupIdx / heads;
    int head = context.groupIdx % heads;
    int lane = context.localIdx;
    if (row < pass.get(PassBuffer.ROWS)) {
      int query = row * stride + head * headSize;
      int cache =
          (pass.get(PassBuffer.LAYER) * (heads / shared) + head / shared) * positions * headSize;
      int length = pass.get(PassBuffer.START) + row + 1;
      int visible = visible(pass, length);
      float largest = Float.NEGATIVE_INFINITY;
      float sum = 0f;
      for (int k = 0; k < CHANNELS; k++) {
        sums[k] = 0f;
      }
      for (int first = visible; first < length; first += LANES) {
        int count = Math.min(LANES, length - first);
        float score = Float.NEGATIVE_INFINITY;
        if (lane < count) {
          int at = cache + (first + lane) * headSize;
          score = 0f;
          for (int c = 0; c < headSize; c++) {
            score += projected.get(query + c) * keys.get(at + c);
          }
          score = scaled(score, scale, cap);
        }
        maxima[lane] = score;
        context.localBarrier();
        for (int half = LANES / 2; half > 0; half /= 2) {
          if (lane < half) {
            maxima[lane] = Math.max(maxima[lane], maxima[lane + half]);
          }
          context.localBarrier();
        }
        float newLargest = Math.max(largest, maxima[0]);
        float shrink = TornadoMath.exp(largest - newLargest);
        largest = newLargest;
        scores[lane] = TornadoMath.exp(score - largest);
        context.localBarrier();
        sum = sum * shrink;
        for (int p = 0; p < count; p++) {
          sum += scores[p];
        }
        for (int k = 0; k < CHANNELS; k++) {
          int c = lane + k * LANES;
          if (c < headSize) {
            float channel = sums[k] * shrink;
            for (int p = 0; p < count; p++) {
              channel += scores[p] * values.get(cache + (first + p) * headSize + c);
            }
            sums[k] = channel;
          }
        }
      }
      for (int k = 0; k < CHANNELS; k++) {
        int c = lane + k * LANES;
        if (c < headSize) {
          attended.set((row * heads + head) * headSize + c, sums[k] / sum);
        }
      }
    }
  }
}
