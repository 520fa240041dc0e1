package dev.skipstone.runtime.cpu;

import dev.skipstone.model.HyperParameters;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Causal attention of m rows over the cache, with grouped queries (GQA, arXiv 2305.13245):
 * softmax(q k / sqrt(head size)) v. A row's sums run over positions in order, in steps that only
 * the position decides, so that they are the same beside any other rows.
 */
final class Attention {
  private static final int BLOCK = CpuKvCache.BLOCK;

  /** Positions of values that one step takes. */
  private static final int STEP = 8;

  private final int heads;
  private final int group;
  private final int headSize;
  private final float scale;
  private final Scratch[] scratch;

  /** One worker's buffers. */
  private static final class Scratch {
    final float[] scores;
    final float[] keys;
    final float[] values;
    final float[] lanes = new float[Lanes.FLOATS];

    Scratch(int rows, int positions, int headSize) {
      scores = new float[Math.multiplyExact(rows, positions)];
      keys = new float[BLOCK * headSize];
      values = new float[STEP * headSize];
    }
  }

  private final int positions;

  /**
   * @param rows most rows of a pass
   * @param capacity positions of the cache
   */
  Attention(HyperParameters sizes, int rows, int capacity, int workers) {
    heads = sizes.heads();
    group = heads / sizes.keyValueHeads();
    headSize = sizes.headSize();
    scale = (float) (1 / Math.sqrt(headSize));
    positions = Math.toIntExact(roundUp(capacity));
    scratch = new Scratch[workers];
    for (int i = 0; i < workers; i++) {
      scratch[i] = new Scratch(rows, positions, headSize);
    }
  }

  static long bytes(int rows, int capacity, int headSize, int workers) {
    long floats = rows * roundUp(capacity) + (long) (BLOCK + STEP) * headSize;
    return workers * floats * Float.BYTES;
  }

  private static long roundUp(int capacity) {
    return ((long) capacity + BLOCK - 1) / BLOCK * BLOCK;
  }

  /**
   * This worker's share of the heads.
   *
   * @param queries [rows][queryStride], a row's heads one after another
   * @param start position of the first row
   * @param output [rows][outputStride], likewise
   */
  void run(
      Worker worker,
      CpuKvCache cache,
      int layer,
      float[] queries,
      int queryStride,
      int rows,
      int start,
      float[] output,
      int outputStride) {
    Scratch own = scratch[worker.index()];
    int end = worker.end(heads);
    for (int head = worker.start(heads); head < end; head++) {
      score(own, cache, layer, head, queries, queryStride, rows, start);
      for (int r = 0; r < rows; r++) {
        softmax(own, r * positions, start + r + 1);
      }
      gather(own, cache, layer, head, rows, start, output, outputStride);
    }
  }

  private void score(
      Scratch own,
      CpuKvCache cache,
      int layer,
      int head,
      float[] queries,
      int queryStride,
      int rows,
      int start) {
    for (int block = 0; block * BLOCK < start + rows; block++) {
      Lanes.decodeHalves(
          cache.keys(), cache.keyBlock(layer, head / group, block), BLOCK * headSize, own.keys);
      int first = Math.max(0, block * BLOCK - start);
      for (int r = first; r < rows; r++) {
        for (int lane = 0; lane < BLOCK; lane += Lanes.FLOATS) {
          dot(
              queries,
              r * queryStride + head * headSize,
              own.keys,
              lane,
              own.scores,
              r * positions + block * BLOCK + lane);
        }
      }
    }
  }

  /** scores = scale * sum over channels of q[c] keys[c][lanes]; two chains. */
  private void dot(float[] q, int query, float[] keys, int lane, float[] scores, int to) {
    FloatVector even = FloatVector.zero(Lanes.FLOAT);
    FloatVector odd = even;
    for (int c = 0; c < headSize; c += 2) {
      even =
          FloatVector.fromArray(Lanes.FLOAT, keys, c * BLOCK + lane)
              .fma(FloatVector.broadcast(Lanes.FLOAT, q[query + c]), even);
      odd =
          FloatVector.fromArray(Lanes.FLOAT, keys, (c + 1) * BLOCK + lane)
              .fma(FloatVector.broadcast(Lanes.FLOAT, q[query + c + 1]), odd);
    }
    even.add(odd).mul(scale).intoArray(scores, to);
  }

  /** Scores to probabilities; behind the row's own position zeros up to the block's end. */
  private static void softmax(Scratch own, int offset, int count) {
    int end = offset + (int) roundUp(count);
    Arrays.fill(own.scores, offset + count, end, Float.NEGATIVE_INFINITY);
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + count; i++) {
      largest = Math.max(largest, own.scores[i]);
    }
    for (int i = offset; i < end; i += Lanes.FLOATS) {
      FloatVector score = FloatVector.fromArray(Lanes.FLOAT, own.scores, i);
      Exponential.of(score.sub(largest)).intoArray(own.scores, i);
    }
    Arrays.fill(own.scores, offset + count, end, 0);
    FloatVector sums = FloatVector.zero(Lanes.FLOAT);
    for (int i = offset; i < end; i += Lanes.FLOATS) {
      sums = sums.add(FloatVector.fromArray(Lanes.FLOAT, own.scores, i));
    }
    sums.intoArray(own.lanes, 0);
    float inverse = 1 / Lanes.sum(own.lanes);
    for (int i = offset; i < end; i += Lanes.FLOATS) {
      FloatVector.fromArray(Lanes.FLOAT, own.scores, i).mul(inverse).intoArray(own.scores, i);
    }
  }

  private void gather(
      Scratch own,
      CpuKvCache cache,
      int layer,
      int head,
      int rows,
      int start,
      float[] output,
      int outputStride) {
    for (int r = 0; r < rows; r++) {
      int to = r * outputStride + head * headSize;
      Arrays.fill(output, to, to + headSize, 0);
    }
    for (int position = 0; position < start + rows; position += STEP) {
      Lanes.decodeHalves(
          cache.values(), cache.value(layer, head / group, position), STEP * headSize, own.values);
      for (int r = Math.max(0, position - start); r < rows; r++) {
        add(own, r * positions + position, output, r * outputStride + head * headSize);
      }
    }
  }

  /** output += probabilities of {@value #STEP} positions times their values. */
  private void add(Scratch own, int from, float[] output, int to) {
    FloatVector p0 = FloatVector.broadcast(Lanes.FLOAT, own.scores[from]);
    FloatVector p1 = FloatVector.broadcast(Lanes.FLOAT, own.scores[from + 1]);
    FloatVector p2 = FloatVector.broadcast(Lanes.FLOAT, own.scores[from + 2]);
    FloatVector p3 = FloatVector.broadcast(Lanes.FLOAT, own.scores[from + 3]);
    FloatVector p4 = FloatVector.broadcast(Lanes.FLOAT, own.scores[from + 4]);
    FloatVector p5 = FloatVector.broadcast(Lanes.FLOAT, own.scores[from + 5]);
    FloatVector p6 = FloatVector.broadcast(Lanes.FLOAT, own.scores[from + 6]);
    FloatVector p7 = FloatVector.broadcast(Lanes.FLOAT, own.scores[from + 7]);
    for (int c = 0; c < headSize; c += Lanes.FLOATS) {
      FloatVector sum = FloatVector.fromArray(Lanes.FLOAT, output, to + c);
      sum = FloatVector.fromArray(Lanes.FLOAT, own.values, c).fma(p0, sum);
      sum = FloatVector.fromArray(Lanes.FLOAT, own.values, headSize + c).fma(p1, sum);
      sum = FloatVector.fromArray(Lanes.FLOAT, own.values, 2 * headSize + c).fma(p2, sum);
      sum = FloatVector.fromArray(Lanes.FLOAT, own.values, 3 * headSize + c).fma(p3, sum);
      sum = FloatVector.fromArray(Lanes.FLOAT, own.values, 4 * headSize + c).fma(p4, sum);
      sum = FloatVector.fromArray(Lanes.FLOAT, own.values, 5 * headSize + c).fma(p5, sum);
      sum = FloatVector.fromArray(Lanes.FLOAT, own.values, 6 * headSize + c).fma(p6, sum);
      sum = FloatVector.fromArray(Lanes.FLOAT, own.values, 7 * headSize + c).fma(p7, sum);
      sum.intoArray(output, to + c);
    }
  }
}
