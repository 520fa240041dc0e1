package dev.skipstone.runtime.cpu;

import dev.skipstone.model.HyperParameters;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Causal attention of m rows over the cache, with grouped queries (GQA, arXiv 2305.13245):
 * softmax(q k / sqrt(head size)) v, in some families with another factor, a window of the last
 * positions, or scores that are capped. The positions are divided into chunks, which workers share;
 * each gives its largest score, the sum of the exponentials and their products with the values, and
 * these are joined in order (as in FlashDecoding, arXiv 2205.14135 over splits of the keys). A
 * row's operations depend on its position only, so that they are the same beside any other rows.
 *
 * <p>Four queries of a key-value head share the reading of keys and values; where there are fewer,
 * the last one is computed again, to the same place. Cells are read as if they were 2^-112 of
 * themselves ({@link HalfTiles}): queries and weights come times 2^64, sums are multiplied with the
 * rest.
 */
final class Attention {
  /** Positions of a chunk. */
  static final int CHUNK = 128;

  /** Most rows at once. */
  static final int ROWS = 8;

  /** The window of layers that look at all positions. */
  static final int NO_WINDOW = Integer.MAX_VALUE;

  /** Queries that share the reading of cells. */
  private static final int QUERIES = 4;

  private static final int BLOCK = CpuKvCache.BLOCK;

  /** Bytes from cells to those of the next lanes. */
  private static final int VECTOR = Lanes.FLOATS * Short.BYTES;

  private static final float CELL_FACTOR = 0x1p64f;
  static final float SUM_FACTOR = 0x1p48f;

  private final int heads;
  private final int group;
  private final int headSize;

  /** Of a part: the head's, filled up. */
  private final int channels;

  private final float queryFactor;

  /** Of the scores; 0 for none. */
  private final float cap;

  /**
   * Bytes of a channel of a block of keys. Not a constant, so that the compiler does not take the
   * loop over channels apart ({@link HalfTiles}).
   */
  private final int channelBytes;

  private final float[][] scores;

  private final AttentionParts joined;
  private final float[] parts;
  private final int part;

  /**
   * @param capacity positions of the cache
   */
  Attention(HyperParameters sizes, int capacity, int workers) {
    heads = sizes.heads();
    group = heads / sizes.keyValueHeads();
    headSize = sizes.headSize();
    channelBytes = BLOCK * Short.BYTES;
    channels = CpuKvCache.valueStride(headSize);
    queryFactor = CELL_FACTOR * sizes.multipliers().scores();
    cap = sizes.multipliers().scoreCap();
    joined = new AttentionParts(chunks(capacity), heads, headSize);
    parts = joined.values();
    part = joined.length();
    scores = new float[workers][ROWS * group * CHUNK];
  }

  static long bytes(HyperParameters sizes, int capacity, int workers) {
    long group = sizes.heads() / sizes.keyValueHeads();
    return workers * (ROWS * group * CHUNK) * Float.BYTES
        + AttentionParts.bytes(chunks(capacity), sizes.heads(), sizes.headSize());
  }

  /** What {@link #attend} leaves, to be joined. */
  AttentionParts parts() {
    return joined;
  }

  /** Chunks of so many positions. */
  static int chunks(int positions) {
    return (int) (((long) positions + CHUNK - 1) / CHUNK);
  }

  /** The first chunk that a row attends to. */
  static int firstChunk(int position, int window) {
    return firstVisible(position, window) / CHUNK;
  }

  /** The first position that a row attends to. */
  private static int firstVisible(int position, int window) {
    return Math.max(0, position - window + 1);
  }

  /** What queries have to be multiplied with before {@link #attend}. */
  float queryFactor() {
    return queryFactor;
  }

  /** Sets of queries of a key-value head that share the reading of its cells. */
  int querySets(int rows) {
    return (rows * group + QUERIES - 1) / QUERIES;
  }

  /**
   * One chunk's part in the attention of a set of queries of rows that follow each other; nothing
   * where the chunk lies behind them.
   *
   * @param set which of {@link #querySets}
   * @param queries the first of {@code rows} rows is at {@code from}, rows {@code stride} apart, a
   *     row's heads one after another
   * @param place where the first row's parts are kept until they are joined
   * @param rows with {@code place} at most {@value #ROWS}
   * @param start position of the first row
   * @param context positions that all rows of its run attend to, besides those of the run itself
   * @param slot where the first row's key and value are in the cache: at its position, unless the
   *     run's are somewhere behind
   * @param window positions that a row attends to, its own included
   */
  void attend(
      int worker,
      CpuKvCache cache,
      int layer,
      int keyHead,
      int chunk,
      int set,
      float[] queries,
      int from,
      int stride,
      int place,
      int rows,
      int start,
      int context,
      int slot,
      int window) {
    float[] own = scores[worker];
    int first = chunk * CHUNK;
    int query = set * QUERIES;
    int count = Math.min(rows * group, query + QUERIES);
    // From a position of the run to its slot.
    int away = slot - start;
    int positions = Math.min(CHUNK, slot + (count - 1) / group + 1 - first);
    if (positions <= 0) {
      return;
    }
    int head = from + keyHead * group * headSize;
    int a = head + placeOf(query, stride);
    int b = head + placeOf(Math.min(query + 1, count - 1), stride);
    int c = head + placeOf(Math.min(query + 2, count - 1), stride);
    int d = head + placeOf(Math.min(query + 3, count - 1), stride);
    for (int p = 0; p < positions; p += BLOCK) {
      long block = cache.keyBlock(layer, keyHead, (first + p) / BLOCK);
      for (int lane = 0; lane < BLOCK; lane += 2 * Lanes.FLOATS) {
        long keys = block + (long) Short.BYTES * lane;
        score(cache.keys(), keys, queries, a, b, c, d, own, query, count, p + lane);
      }
    }
    for (int q = query; q < count; q++) {
      // None where the chunk lies behind the query's row, or before its window: its part is not
      // joined then.
      int ofQuery = Math.clamp(slot + q / group + 1 - first, 0, positions);
      int visible = firstVisible(start + q / group, window);
      int hidden = Math.clamp((visible < context ? visible : visible + away) - first, 0, ofQuery);
      int gap = Math.clamp(context - first, hidden, ofQuery);
      int endOfGap = Math.clamp(context + away - first, gap, ofQuery);
      int to = joined.place(chunk, place + q / group, keyHead * group + q % group);
      exponentials(own, q * CHUNK, hidden, gap, endOfGap, ofQuery, positions, to);
    }
    long values = cache.value(layer, keyHead, first);
    for (int channel = 0; channel < channels; channel += 2 * Lanes.FLOATS) {
      long at = values + (long) Short.BYTES * channel;
      int to = joined.place(chunk, place, keyHead * group) + channel;
      gather(cache.values(), at, positions, own, query, count, to);
    }
  }

  /** Where a query of the key-value head is, from its first. */
  private int placeOf(int query, int stride) {
    return query / group * stride + query % group * headSize;
  }

  /**
   * Scores of four queries, at a..d, and twice as many positions as lanes.
   *
   * @param block where the first channel's keys are
   * @param query the first of the four, of {@code count}
   * @param to the positions' place in a query's scores
   */
  private void score(
      MemorySegment keys,
      long block,
      float[] x,
      int a,
      int b,
      int c,
      int d,
      float[] target,
      int query,
      int count,
      int to) {
    FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
    FloatVector b0 = a0;
    FloatVector c0 = a0;
    FloatVector d0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector c1 = a0;
    FloatVector d1 = a0;
    for (int i = 0; i < headSize; i++) {
      long at = block + (long) i * channelBytes;
      FloatVector first =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, keys, at, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats();
      FloatVector second =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, keys, at + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats();
      FloatVector q = FloatVector.broadcast(Lanes.FLOAT, x[a + i]);
      a0 = first.fma(q, a0);
      a1 = second.fma(q, a1);
      q = FloatVector.broadcast(Lanes.FLOAT, x[b + i]);
      b0 = first.fma(q, b0);
      b1 = second.fma(q, b1);
      q = FloatVector.broadcast(Lanes.FLOAT, x[c + i]);
      c0 = first.fma(q, c0);
      c1 = second.fma(q, c1);
      q = FloatVector.broadcast(Lanes.FLOAT, x[d + i]);
      d0 = first.fma(q, d0);
      d1 = second.fma(q, d1);
    }
    int toA = query * CHUNK + to;
    a0.mul(SUM_FACTOR).intoArray(target, toA);
    a1.mul(SUM_FACTOR).intoArray(target, toA + Lanes.FLOATS);
    int toB = Math.min(query + 1, count - 1) * CHUNK + to;
    b0.mul(SUM_FACTOR).intoArray(target, toB);
    b1.mul(SUM_FACTOR).intoArray(target, toB + Lanes.FLOATS);
    int toC = Math.min(query + 2, count - 1) * CHUNK + to;
    c0.mul(SUM_FACTOR).intoArray(target, toC);
    c1.mul(SUM_FACTOR).intoArray(target, toC + Lanes.FLOATS);
    int toD = Math.min(query + 3, count - 1) * CHUNK + to;
    d0.mul(SUM_FACTOR).intoArray(target, toD);
    d1.mul(SUM_FACTOR).intoArray(target, toD + Lanes.FLOATS);
  }

  /**
   * Scores to weights: exponentials of their distance to the largest, times 2^64, and zeros before
   * the query's window, between the context and the run, and behind its last position.
   *
   * @param hidden positions before the window
   * @param gap first position between context and run
   * @param endOfGap behind the last
   * @param count positions of the query, the hidden ones included
   * @param most positions of all queries
   */
  private void exponentials(
      float[] own, int from, int hidden, int gap, int endOfGap, int count, int most, int to) {
    int end = from + (count + BLOCK - 1) / BLOCK * BLOCK;
    if (cap > 0) {
      Rows.softCap(own, from, end - from, cap);
    }
    Arrays.fill(own, from, from + hidden, Float.NEGATIVE_INFINITY);
    Arrays.fill(own, from + gap, from + endOfGap, Float.NEGATIVE_INFINITY);
    Arrays.fill(own, from + count, end, Float.NEGATIVE_INFINITY);
    FloatVector largestOfLanes = FloatVector.fromArray(Lanes.FLOAT, own, from);
    for (int i = from + Lanes.FLOATS; i < end; i += Lanes.FLOATS) {
      largestOfLanes = largestOfLanes.max(FloatVector.fromArray(Lanes.FLOAT, own, i));
    }
    float largest = largestOfLanes.reduceLanes(VectorOperators.MAX);
    Exponential.apply(own, from, end - from, 1, -largest, own, from);
    FloatVector sums = FloatVector.zero(Lanes.FLOAT);
    for (int i = from; i < end; i += Lanes.FLOATS) {
      FloatVector weight = FloatVector.fromArray(Lanes.FLOAT, own, i);
      weight.mul(CELL_FACTOR).intoArray(own, i);
      sums = sums.add(weight);
    }
    Arrays.fill(own, from, from + hidden, 0);
    Arrays.fill(own, from + gap, from + endOfGap, 0);
    Arrays.fill(own, from + count, from + (most + BLOCK - 1) / BLOCK * BLOCK, 0);
    sums.intoArray(parts, to + channels);
    parts[to + channels + Lanes.FLOATS] = largest;
  }

  /**
   * The weighted sums of four queries' values, twice as many channels as lanes.
   *
   * @param value where the first position's channels are
   * @param query the first of the four, of {@code count}
   * @param to the channels' place in the part of the first row's first head
   */
  private void gather(
      MemorySegment values,
      long value,
      int positions,
      float[] weights,
      int query,
      int count,
      int to) {
    int a = query * CHUNK;
    int b = Math.min(query + 1, count - 1) * CHUNK;
    int c = Math.min(query + 2, count - 1) * CHUNK;
    int d = Math.min(query + 3, count - 1) * CHUNK;
    FloatVector a0 = FloatVector.zero(Lanes.FLOAT);
    FloatVector b0 = a0;
    FloatVector c0 = a0;
    FloatVector d0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector c1 = a0;
    FloatVector d1 = a0;
    long step = (long) channels * Short.BYTES;
    for (int i = 0; i < positions; i++) {
      long at = value + i * step;
      FloatVector first =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, values, at, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats();
      FloatVector second =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.HALF_SHORT, values, at + VECTOR, Lanes.ORDER)
                      .convertShape(VectorOperators.S2I, Lanes.INT, 0))
              .lanewise(VectorOperators.LSHL, Lanes.HALF_SHIFT)
              .and(Lanes.HALF_MASK)
              .reinterpretAsFloats();
      FloatVector weight = FloatVector.broadcast(Lanes.FLOAT, weights[a + i]);
      a0 = first.fma(weight, a0);
      a1 = second.fma(weight, a1);
      weight = FloatVector.broadcast(Lanes.FLOAT, weights[b + i]);
      b0 = first.fma(weight, b0);
      b1 = second.fma(weight, b1);
      weight = FloatVector.broadcast(Lanes.FLOAT, weights[c + i]);
      c0 = first.fma(weight, c0);
      c1 = second.fma(weight, c1);
      weight = FloatVector.broadcast(Lanes.FLOAT, weights[d + i]);
      d0 = first.fma(weight, d0);
      d1 = second.fma(weight, d1);
    }
    int toA = to + partOf(query);
    a0.intoArray(parts, toA);
    a1.intoArray(parts, toA + Lanes.FLOATS);
    int toB = to + partOf(Math.min(query + 1, count - 1));
    b0.intoArray(parts, toB);
    b1.intoArray(parts, toB + Lanes.FLOATS);
    int toC = to + partOf(Math.min(query + 2, count - 1));
    c0.intoArray(parts, toC);
    c1.intoArray(parts, toC + Lanes.FLOATS);
    int toD = to + partOf(Math.min(query + 3, count - 1));
    d0.intoArray(parts, toD);
    d1.intoArray(parts, toD + Lanes.FLOATS);
  }

  /** Where a query's part is, from that of the first row's first head of the group. */
  private int partOf(int query) {
    return (query / group * heads + query % group) * part;
  }
}
