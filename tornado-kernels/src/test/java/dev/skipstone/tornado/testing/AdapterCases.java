package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.AdapterKernels;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.ElementKernels;
import dev.skipstone.tornado.kernel.Encoding;
import dev.skipstone.tornado.kernel.HeadSizes;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.Random;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Random arguments of operations of adapted passes. */
final class AdapterCases {
  private static final int SLOTS = KernelCases.LAYERS;
  private static final int MASKS = 4;
  private static final int RANK = 40;

  private final Random random;
  private final CaseSizes sizes;

  AdapterCases(Random random, CaseSizes sizes) {
    this.random = random;
    this.sizes = sizes;
  }

  Arguments placeMasks(IntArray pass, int most) {
    int width = upTo(sizes.matrix());
    for (int row = 0; row < PassBuffer.MAX_ROWS; row++) {
      boolean token = random.nextInt(3) == 0;
      int slot = sizes.full() ? MASKS - 1 : random.nextInt(MASKS);
      pass.set(PassBuffer.TOKENS + row, token ? random.nextInt(90) : -1 - slot);
    }
    return new Arguments.PlaceMasks(pass, floats(MASKS * width), floats(most * width), width, most);
  }

  /**
   * A layer's matrix with what is added to it.
   *
   * @param plain the same without
   */
  Arguments projectAndLower(Arguments.Project plain) {
    DeviceMatrix down = matrix(rank(), plain.matrix().columns());
    return new Arguments.ProjectAndLower(
        plain.pass(),
        plain.matrix(),
        down,
        plain.input(),
        plain.output(),
        floats(plain.most() * down.rows()),
        plain.most());
  }

  /**
   * The output's matrix for some tokens.
   *
   * @param plain the same for all
   */
  Arguments projectSome(Arguments.Project plain) {
    return new Arguments.ProjectSome(
        plain.pass(),
        plain.matrix(),
        scored(plain.matrix().rows()),
        plain.input(),
        plain.output(),
        plain.most());
  }

  Arguments lower(IntArray pass, int most) {
    DeviceMatrix down = matrix(rank(), upTo(sizes.matrix()));
    return new Arguments.Lower(
        pass, down, floats(most * down.columns()), floats(most * down.rows()), most);
  }

  Arguments cross(IntArray pass, int most) {
    DeviceMatrix up = matrix(upTo(sizes.matrix()), rank());
    return new Arguments.Cross(
        pass,
        floats(SLOTS * up.rows()),
        up,
        floats(most * up.columns()),
        floats(most * up.rows()),
        most);
  }

  /**
   * What is added to the projections of heads.
   *
   * @param plain the same without
   */
  Arguments rotate(Arguments.Rotate plain) {
    HeadSizes heads = plain.sizes();
    int stride = (heads.heads() + 2 * heads.keyValueHeads()) * heads.headSize();
    DeviceMatrix up = matrix(stride, rank());
    return new Arguments.RotateAdapted(
        plain.pass(),
        plain.projected(),
        floats(plain.most() * 3 * up.columns()),
        up,
        plain.angles(),
        plain.keys(),
        plain.values(),
        heads,
        plain.most());
  }

  Arguments gate(IntArray pass, int most) {
    int hidden = upTo(sizes.matrix() / 2);
    DeviceMatrix up = matrix(2 * hidden, rank());
    return new Arguments.GateAdapted(
        pass,
        floats(most * 2 * hidden),
        floats(most * 2 * up.columns()),
        up,
        floats(most * hidden),
        random.nextBoolean() ? ElementKernels.SILU : ElementKernels.GELU,
        hidden,
        most);
  }

  Arguments add(IntArray pass, int most) {
    DeviceMatrix up = matrix(upTo(sizes.matrix()), rank());
    return new Arguments.AddAdapted(
        pass,
        floats(most * up.rows()),
        floats(most * up.columns()),
        up,
        floats(most * up.rows()),
        random.nextBoolean() ? 1 : 0.3f,
        most);
  }

  /** What is added to a product of one part, of two of the same size or of three, as heads are. */
  Arguments raise(IntArray pass, int most) {
    int parts = upTo(3);
    int otherPart = upTo(sizes.matrix() / 5);
    int firstPart = parts == 3 ? otherPart * upTo(3) : otherPart;
    int channels = firstPart + (parts - 1) * otherPart;
    DeviceMatrix up = matrix(channels, rank());
    return new Arguments.Raise(
        pass,
        floats(most * parts * up.columns()),
        up,
        floats(most * channels),
        firstPart,
        otherPart,
        most);
  }

  Arguments leaveOut(IntArray pass, int most) {
    int vocabulary = upTo(sizes.vocabulary());
    return new Arguments.LeaveOut(
        pass, scored(vocabulary), floats(most * vocabulary), vocabulary, most);
  }

  private IntArray scored(int vocabulary) {
    int blocks = (vocabulary + AdapterKernels.TOKENS - 1) / AdapterKernels.TOKENS;
    IntArray scored = RandomArrays.ints(random, blocks + sizes.spare());
    for (int i = 0; i < blocks; i++) {
      scored.set(i, random.nextInt(2));
    }
    return scored;
  }

  private int rank() {
    return upTo(Math.min(RANK, sizes.products() / 8));
  }

  /** A matrix of each slot, of float16 or float32 numbers. */
  private DeviceMatrix matrix(int rows, int columns) {
    int values = SLOTS * rows * columns;
    if (columns % 2 == 1 || random.nextInt(3) == 0) {
      return new DeviceMatrix(
          Encoding.FLOAT32, rows, columns, RandomArrays.ints(random, 1), floats(values));
    }
    IntArray words = new IntArray(values / 2 + sizes.spare());
    for (int i = 0; i < words.getSize(); i++) {
      words.set(i, half() | half() << 16);
    }
    return new DeviceMatrix(Encoding.FLOAT16, rows, columns, words, floats(1));
  }

  private int half() {
    return Float.floatToFloat16((float) random.nextGaussian()) & 0xffff;
  }

  private int upTo(int most) {
    return 1 + random.nextInt(most);
  }

  private FloatArray floats(int size) {
    return RandomArrays.floats(random, size + sizes.spare(), 1);
  }
}
