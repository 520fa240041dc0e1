package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.HeadSizes;
import dev.skipstone.tornado.kernel.PassBuffer;
import dev.skipstone.tornado.testing.KernelReference.Approximate;
import java.util.function.IntFunction;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** RoPE and the cache's new rows in float64. */
final class RotationReference {
  private final Expectation expected;
  private final IntArray pass;
  private final HeadSizes sizes;
  private final FloatArray angles;

  RotationReference(Expectation expected, IntArray pass, HeadSizes sizes, FloatArray angles) {
    this.expected = expected;
    this.pass = pass;
    this.sizes = sizes;
    this.angles = angles;
  }

  /**
   * Expects the results.
   *
   * @param channels of the projected rows, by their places there
   */
  void rotate(IntFunction<Approximate> channels) {
    int heads = sizes.heads() + 2 * sizes.keyValueHeads();
    for (int row = 0; row < pass.get(PassBuffer.ROWS); row++) {
      int position = pass.get(PassBuffer.START) + row;
      for (int head = 0; head < heads; head++) {
        int from = (row * heads + head) * sizes.headSize();
        Approximate[] placed = new Approximate[sizes.headSize()];
        for (int c = 0; c < placed.length; c++) {
          placed[c] = channels.apply(from + c);
        }
        if (head < sizes.heads() + sizes.keyValueHeads()) {
          rotate(placed, position);
        }
        expect(placed, head, from, position);
      }
    }
  }

  private void rotate(Approximate[] channels, int position) {
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP);
    int table = pass.get(step + PassBuffer.TABLE);
    if (table < 0) {
      return;
    }
    int row = table * sizes.positions() + position;
    for (int pair = 0; pair < sizes.pairs(); pair++) {
      int first = sizes.adjacent() ? 2 * pair : pair;
      int second = sizes.adjacent() ? 2 * pair + 1 : pair + sizes.pairs();
      Approximate x = channels[first];
      Approximate y = channels[second];
      double cosine = angles.get(2 * (row * sizes.pairs() + pair));
      double sine = angles.get(2 * (row * sizes.pairs() + pair) + 1);
      channels[first] = sum(x, cosine, y, -sine);
      channels[second] = sum(x, sine, y, cosine);
    }
  }

  private static Approximate sum(Approximate x, double a, Approximate y, double b) {
    double sizes = Math.abs(x.value() * a) + Math.abs(y.value() * b);
    double carried = x.bound() * Math.abs(a) + y.bound() * Math.abs(b);
    return new Approximate(
        x.value() * a + y.value() * b, 2 * KernelReference.ROUNDING * sizes + 2 * carried);
  }

  private void expect(Approximate[] channels, int head, int from, int position) {
    int keyHead = head - sizes.heads();
    for (int c = 0; c < channels.length; c++) {
      if (keyHead < 0) {
        expected.set("projected", from + c, channels[c].value(), channels[c].bound());
      } else {
        String cache = keyHead < sizes.keyValueHeads() ? "keys" : "values";
        int of =
            pass.get(PassBuffer.LAYER) * sizes.keyValueHeads() + keyHead % sizes.keyValueHeads();
        int at = (of * sizes.positions() + position) * sizes.headSize() + c;
        expected.set(cache, at, channels[c].value(), channels[c].bound());
      }
    }
  }
}
