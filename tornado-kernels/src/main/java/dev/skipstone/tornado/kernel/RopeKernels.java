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
   * @param angles [positions][pairs][2]: cosine and sine of each position's rotations
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
      int position = pass.get(PassBuffer.START) + row;
      int first = 2 * pair;
      int second = 2 * pair + 1;
      if (adjacent == 0 && pair < pairs) {
        first = pair;
        second = pair + pairs;
      }
      int from = (row * (heads + 2 * keyValueHeads) + head) * headSize;
      float x = projected.get(from + first);
      float y = projected.get(from + second);
      if (pair < pairs && head < heads + keyValueHeads) {
        int angle = (position * pairs + pair) * 2;
        float cosine = angles.get(angle);
        float sine = angles.get(angle + 1);
        float rotated = x * cosine - y * sine;
        y = x * sine + y * cosine;
        x = rotated;
      }
      if (head < heads) {
        projected.set(from + first, x);
        projected.set(from + second, y);
      } else {
        int keyHead = (head - heads) % keyValueHeads;
        int layer = pass.get(PassBuffer.LAYER);
        int to = ((layer * keyValueHeads + keyHead) * positions + position) * headSize;
        if (head < heads + keyValueHeads) {
          keys.set(to + first, x);
          keys.set(to + second, y);
        } else {
          values.set(to + first, x);
          values.set(to + second, y);
        }
      }
    }
  }
}
