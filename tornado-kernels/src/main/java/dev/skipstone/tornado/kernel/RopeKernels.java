package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** RoPE (arXiv 2104.09864), and the way of keys and values to the cache. */
public final class RopeKernels {
  private RopeKernels() {}

  /**
   * One work-item a pair of channels of a query, key or value head: rotates queries where they are,
   * and puts rotated keys, and values, into the cache at the rows' positions.
   *
   * @param projected [rows][(heads + 2 * keyValueHeads) * headSize]: a row's queries, keys, values
   * @param angles [tables][positions][pairs][2]: cosine and sine of each position's rotations; the
   *     step says which table, or none
   * @param keys [layers][keyValueHeads][positions][headSize]
   * @param values as keys
   * @param pairs rotated pairs of a head; what is behind them is left as it is
   * @param adjacent 1 where channels 2i and 2i + 1 make a pair, 0 where i and i + pairs do
   * @param positions that the cache has room for
   */
  public static void rotateAndAppend(
      KernelContext context,
      IntArray pass,
      FloatArray projected,
      FloatArray angles,
      FloatArray keys,
      FloatArray values,
      int heads,
      int keyValueHeads,
      int headSize,
      int pairs,
      int adjacent,
      int positions) {
    int headPairs = headSize / 2;
    int rowPairs = (heads + 2 * keyValueHeads) * headPairs;
    int row = context.globalIdx / rowPairs;
    if (row < pass.get(PassBuffer.ROWS)) {
      int head = context.globalIdx % rowPairs / headPairs;
      int pair = context.globalIdx % headPairs;
      int first = first(pair, pairs, adjacent);
      int second = second(pair, pairs, adjacent);
      int from = (row * (heads + 2 * keyValueHeads) + head) * headSize;
      place(
          pass,
          projected,
          angles,
          keys,
          values,
          row,
          head,
          pair,
          first,
          second,
          projected.get(from + first),
          projected.get(from + second),
          heads,
          keyValueHeads,
          headSize,
          pairs,
          positions);
    }
  }

  /**
   * As {@link #rotateAndAppend}, of projections that lack what a draft adapter adds: that is added
   * first.
   *
   * @param low [rows][3][rank]: the products with the matrices down of queries, keys and values
   * @param words with the floats their matrices up, [slots][channels of a row][rank], as {@link
   *     Encoding} has them
   */
  public static void rotateAdapted(
      KernelContext context,
      IntArray pass,
      FloatArray projected,
      FloatArray low,
      IntArray words,
      FloatArray floats,
      FloatArray angles,
      FloatArray keys,
      FloatArray values,
      int encoding,
      int rank,
      int heads,
      int keyValueHeads,
      int headSize,
      int pairs,
      int adjacent,
      int positions) {
    int headPairs = headSize / 2;
    int rowHeads = heads + 2 * keyValueHeads;
    int row = context.globalIdx / (rowHeads * headPairs);
    if (row < pass.get(PassBuffer.ROWS)) {
      int head = context.globalIdx % (rowHeads * headPairs) / headPairs;
      int pair = context.globalIdx % headPairs;
      int first = first(pair, pairs, adjacent);
      int second = second(pair, pairs, adjacent);
      int part = head < heads ? 0 : 1 + (head - heads) / keyValueHeads;
      int lowFrom = (row * 3 + part) * rank;
      int up = (pass.get(PassBuffer.SLOT) * rowHeads + head) * headSize;
      int from = (row * rowHeads + head) * headSize;
      place(
          pass,
          projected,
          angles,
          keys,
          values,
          row,
          head,
          pair,
          first,
          second,
          projected.get(from + first)
              + Encoding.dot(words, floats, encoding, up + first, rank, low, lowFrom, 0, 1),
          projected.get(from + second)
              + Encoding.dot(words, floats, encoding, up + second, rank, low, lowFrom, 0, 1),
          heads,
          keyValueHeads,
          headSize,
          pairs,
          positions);
    }
  }

  /** The first channel of a pair. */
  private static int first(int pair, int pairs, int adjacent) {
    return adjacent == 0 && pair < pairs ? pair : 2 * pair;
  }

  /** The second channel of a pair. */
  private static int second(int pair, int pairs, int adjacent) {
    return adjacent == 0 && pair < pairs ? pair + pairs : 2 * pair + 1;
  }

  /** Rotates a pair of channels, x and y, and puts them where they belong. */
  private static void place(
      IntArray pass,
      FloatArray projected,
      FloatArray angles,
      FloatArray keys,
      FloatArray values,
      int row,
      int head,
      int pair,
      int first,
      int second,
      float x,
      float y,
      int heads,
      int keyValueHeads,
      int headSize,
      int pairs,
      int positions) {
    int position = pass.get(PassBuffer.START) + row;
    float placedX = x;
    float placedY = y;
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP);
    int table = pass.get(step + PassBuffer.TABLE);
    if (table >= 0 && pair < pairs && head < heads + keyValueHeads) {
      int angle = ((table * positions + position) * pairs + pair) * 2;
      float cosine = angles.get(angle);
      float sine = angles.get(angle + 1);
      placedX = x * cosine - y * sine;
      placedY = x * sine + y * cosine;
    }
    if (head < heads) {
      int to = (row * (heads + 2 * keyValueHeads) + head) * headSize;
      projected.set(to + first, placedX);
      projected.set(to + second, placedY);
    } else {
      int keyHead = (head - heads) % keyValueHeads;
      int layer = pass.get(PassBuffer.LAYER);
      int to = ((layer * keyValueHeads + keyHead) * positions + position) * headSize;
      if (head < heads + keyValueHeads) {
        keys.set(to + first, placedX);
        keys.set(to + second, placedY);
      } else {
        values.set(to + first, placedX);
        values.set(to + second, placedY);
      }
    }
  }
}
