package dev.skipstone.runtime.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * What attention over chunks of positions gives, until it is joined: [chunk][row][head] of {@link
 * #length} values, which are the products with the values, the sums of exponentials (in each lane
 * those of its positions), and the largest score.
 */
final class AttentionParts {
  private final int heads;
  private final int headSize;

  /** Of a part: the head's, filled up. */
  private final int channels;

  private final int length;
  private final float[] parts;

  AttentionParts(int chunks, int heads, int headSize) {
    this.heads = heads;
    this.headSize = headSize;
    channels = CpuKvCache.valueStride(headSize);
    length = length(headSize);
    parts = new float[Math.multiplyExact(chunks, Attention.ROWS * heads * length)];
  }

  static long bytes(int chunks, int heads, int headSize) {
    return (long) chunks * Attention.ROWS * heads * length(headSize) * Float.BYTES;
  }

  private static int length(int headSize) {
    return CpuKvCache.valueStride(headSize) + 2 * Lanes.FLOATS;
  }

  /** All values. */
  float[] values() {
    return parts;
  }

  /** Values of a part. */
  int length() {
    return length;
  }

  /** Where a part starts. */
  int place(int chunk, int row, int head) {
    return ((chunk * Attention.ROWS + row) * heads + head) * length;
  }

  /**
   * Joins the chunks of a row's head, in order.
   *
   * @param row of the parts: slot and row of {@link Attention#attend}
   * @param firstChunk that the row attends to
   * @param endChunk behind the last
   * @param output receives [head size] values
   */
  void join(
      Worker worker, int row, int firstChunk, int endChunk, int head, float[] output, int offset) {
    int first = place(firstChunk, row, head);
    for (int chunk = firstChunk + 1; chunk < endChunk; chunk++) {
      fold(worker.lanes(), first, place(chunk, row, head));
    }
    FloatVector.fromArray(Lanes.FLOAT, parts, first + channels).intoArray(worker.lanes(), 0);
    float factor = Attention.SUM_FACTOR / Lanes.sum(worker.lanes());
    int bound = Lanes.FLOAT.loopBound(headSize);
    for (int c = 0; c < bound; c += Lanes.FLOATS) {
      FloatVector.fromArray(Lanes.FLOAT, parts, first + c)
          .mul(factor)
          .intoArray(output, offset + c);
    }
    for (int c = bound; c < headSize; c++) {
      output[offset + c] = parts[first + c] * factor;
    }
  }

  /** Brings two parts to the larger of their largest scores, and adds the second to the first. */
  private void fold(float[] lanes, int first, int second) {
    int largest = channels + Lanes.FLOATS;
    float one = parts[first + largest];
    float other = parts[second + largest];
    Arrays.fill(lanes, 0, Lanes.FLOATS, Math.min(one, other));
    // One of the two exponentials is e^0.
    Exponential.apply(lanes, 0, Lanes.FLOATS, 1, -Math.max(one, other), lanes, 0);
    float ofFirst = one < other ? lanes[0] : 1;
    FloatVector ofSecond = FloatVector.broadcast(Lanes.FLOAT, one < other ? 1 : lanes[0]);
    for (int i = 0; i < largest; i += Lanes.FLOATS) {
      FloatVector rest = FloatVector.fromArray(Lanes.FLOAT, parts, first + i).mul(ofFirst);
      FloatVector.fromArray(Lanes.FLOAT, parts, second + i)
          .fma(ofSecond, rest)
          .intoArray(parts, first + i);
    }
    parts[first + largest] = Math.max(one, other);
  }
}
