package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.AdapterKernels;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.ElementKernels;
import dev.skipstone.tornado.kernel.HeadSizes;
import java.util.Random;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Random arguments of operations between products. */
final class ChannelCases {
  private static final float EPSILON = 1e-5f;

  private final Random random;
  private final CaseSizes sizes;

  ChannelCases(Random random, CaseSizes sizes) {
    this.random = random;
    this.sizes = sizes;
  }

  Arguments addBias(IntArray pass, int most) {
    int channels = upTo(sizes.matrix());
    return new Arguments.AddBias(
        pass, floats(KernelCases.LAYERS * channels, 1), floats(most * channels, 1), channels, most);
  }

  Arguments normHeads(IntArray pass, HeadSizes heads, int most) {
    boolean asOne = random.nextBoolean();
    int queries = asOne ? 1 : heads.heads();
    int keys = asOne ? 1 : heads.keyValueHeads();
    int unit =
        heads.heads() * heads.headSize() / queries
            + heads.keyValueHeads() * heads.headSize() / keys;
    int row = (heads.heads() + 2 * heads.keyValueHeads()) * heads.headSize();
    return new Arguments.NormHeads(
        pass,
        floats(most * row, 2),
        floats(KernelCases.LAYERS * unit, 1),
        queries,
        keys,
        heads,
        EPSILON,
        most);
  }

  /**
   * A product that is gated.
   *
   * @param plain the same that is not
   */
  Arguments projectAndGate(Arguments.Project plain) {
    return new Arguments.ProjectAndGate(
        plain.pass(), plain.matrix(), plain.input(), plain.output(), activation(), plain.most());
  }

  Arguments gate(IntArray pass, int most) {
    int hidden = upTo(sizes.matrix());
    return new Arguments.Gate(
        pass, floats(most * 2 * hidden, 3), floats(most * hidden, 3), activation(), hidden, most);
  }

  private int activation() {
    return random.nextBoolean() ? ElementKernels.SILU : ElementKernels.GELU;
  }

  Arguments add(IntArray pass, int most) {
    int width = upTo(sizes.matrix());
    float factor = random.nextBoolean() ? 1 : 0.3f;
    return new Arguments.Add(
        pass, floats(most * width, 1), floats(most * width, 1), width, factor, most);
  }

  Arguments normAndAdd(IntArray pass, int most) {
    int width = upTo(sizes.matrix());
    return new Arguments.NormAndAdd(
        pass,
        floats(most * width, 2),
        floats(KernelCases.LAYERS * width, 1),
        floats(most * width, 1),
        width,
        EPSILON,
        most);
  }

  Arguments cap(IntArray pass, int most) {
    int vocabulary = upTo(sizes.vocabulary());
    FloatArray logits = floats(most * vocabulary, 20);
    for (int i = 0; i < logits.getSize(); i++) {
      if (random.nextInt(5) == 0) {
        logits.set(i, AdapterKernels.IMPOSSIBLE);
      }
    }
    return new Arguments.Cap(pass, logits, vocabulary, 3 + 30 * random.nextFloat(), most);
  }

  private int upTo(int most) {
    return 1 + random.nextInt(most);
  }

  private FloatArray floats(int size, double deviation) {
    return RandomArrays.floats(random, size + sizes.spare(), deviation);
  }
}
