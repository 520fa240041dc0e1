package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.Encoding;
import dev.skipstone.tornado.kernel.HeadSizes;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.Operation;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.Random;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;

/** Random arguments of operations, the same for the same seed. */
final class KernelCases {
  /** Layers, and slots of what an adapter adds. */
  static final int LAYERS = 3;

  /** Tables of RoPE's angles. */
  private static final int TABLES = 2;

  private static final float EPSILON = 1e-5f;

  private final Random random;
  private final CaseSizes sizes;
  private final ChoiceCases choices;
  private final AdapterCases adapters;
  private final ChannelCases channels;

  KernelCases(long seed, CaseSizes sizes) {
    random = new Random(seed);
    this.sizes = sizes;
    choices = new ChoiceCases(random, sizes);
    adapters = new AdapterCases(random, sizes);
    channels = new ChannelCases(random, sizes);
  }

  /** The next arguments for an operation. */
  @SuppressWarnings("unchecked")
  <A extends Arguments> A next(Operation<A> operation) {
    int[] shapes = {1, KernelRegistry.FEW_ROWS, PassBuffer.MAX_ROWS};
    int most = Math.min(shapes[random.nextInt(shapes.length)], sizes.rows());
    return (A) next(operation, most);
  }

  /**
   * The next arguments for an operation.
   *
   * @param most rows of the pass
   */
  Arguments next(Operation<?> operation, int most) {
    if (!sizes.full()) {
      return arguments(operation, most);
    }
    Arguments full = arguments(operation, upTo(most));
    return ArgumentArrays.with(full, (name, value) -> name.equals("most") ? most : value);
  }

  private Arguments arguments(Operation<?> operation, int most) {
    int outputMost = Math.min(most, PassBuffer.MAX_LOGIT_ROWS);
    if (operation.equals(KernelRegistry.EMBED)) {
      return embed(most);
    } else if (operation.equals(KernelRegistry.NORM)) {
      return norm(most, LAYERS);
    } else if (operation.equals(KernelRegistry.OUTPUT_NORM)) {
      return norm(outputMost, 1);
    } else if (operation.equals(KernelRegistry.NORM_AND_PROJECT)) {
      return normAndProject(most);
    } else if (operation.equals(KernelRegistry.PROJECT)) {
      return random.nextInt(4) == 0 ? outputProject(outputMost) : project(most, 1);
    } else if (operation.equals(KernelRegistry.PROJECT_AND_ADD)) {
      return project(most, 1);
    } else if (operation.equals(KernelRegistry.PROJECT_AND_GATE)) {
      return channels.projectAndGate(project(most, 2));
    } else if (operation.equals(KernelRegistry.ROTATE)) {
      return rotate(most);
    } else if (operation.equals(KernelRegistry.ATTEND)) {
      return attend(most);
    } else if (operation.equals(KernelRegistry.START)) {
      return new Arguments.Start(pass(most), most);
    } else if (operation.equals(KernelRegistry.ADD_BIAS)) {
      return channels.addBias(pass(most), most);
    } else if (operation.equals(KernelRegistry.NORM_HEADS)) {
      IntArray pass = pass(most);
      return channels.normHeads(pass, heads(pass, most), most);
    } else if (operation.equals(KernelRegistry.GATE)) {
      return channels.gate(pass(most), most);
    } else if (operation.equals(KernelRegistry.ADD)) {
      return channels.add(pass(most), most);
    } else if (operation.equals(KernelRegistry.NORM_AND_ADD)) {
      return channels.normAndAdd(pass(most), most);
    } else if (operation.equals(KernelRegistry.CAP)) {
      return channels.cap(pass(outputMost), outputMost);
    } else if (operation.equals(KernelRegistry.RANK)) {
      int vocabulary = upTo(sizes.vocabulary());
      return new Arguments.Rank(
          pass(outputMost),
          logits(outputMost * vocabulary),
          ints(outputMost),
          floats(outputMost, 1),
          vocabulary,
          outputMost);
    } else if (operation.equals(KernelRegistry.SOFTMAX)) {
      return choices.softmax(pass(outputMost), outputMost);
    } else if (operation.equals(KernelRegistry.CUT)) {
      return choices.cut(pass(outputMost), outputMost);
    } else if (operation.equals(KernelRegistry.KEEP)) {
      return choices.keep(pass(outputMost), outputMost);
    } else if (operation.equals(KernelRegistry.SELECT)) {
      int vocabulary = upTo(sizes.vocabulary());
      int k = Math.min(vocabulary, upTo(20));
      return new Arguments.Select(
          pass(outputMost),
          logits(outputMost * vocabulary),
          ints(outputMost * k),
          floats(outputMost * k, 1),
          vocabulary,
          k,
          outputMost);
    } else if (operation.equals(KernelRegistry.ACCEPT_BEST)) {
      return choices.acceptBest(pass(outputMost), outputMost);
    } else if (operation.equals(KernelRegistry.ACCEPT_DRAWN)) {
      return choices.acceptDrawn(pass(outputMost), outputMost);
    } else if (operation.equals(KernelRegistry.PLACE_MASKS)) {
      return adapters.placeMasks(pass(most), most);
    } else if (operation.equals(KernelRegistry.PROJECT_AND_LOWER)) {
      return adapters.projectAndLower(project(most, 1));
    } else if (operation.equals(KernelRegistry.PROJECT_SOME)) {
      return adapters.projectSome(outputProject(outputMost));
    } else if (operation.equals(KernelRegistry.LOWER)) {
      return adapters.lower(pass(most), most);
    } else if (operation.equals(KernelRegistry.CROSS)) {
      return adapters.cross(pass(most), most);
    } else if (operation.equals(KernelRegistry.ROTATE_ADAPTED)) {
      return adapters.rotate(rotate(most));
    } else if (operation.equals(KernelRegistry.GATE_ADAPTED)) {
      return adapters.gate(pass(most), most);
    } else if (operation.equals(KernelRegistry.ADD_ADAPTED)) {
      return adapters.add(pass(most), most);
    } else if (operation.equals(KernelRegistry.RAISE)) {
      return adapters.raise(pass(most), most);
    } else if (operation.equals(KernelRegistry.LEAVE_OUT)) {
      return adapters.leaveOut(pass(outputMost), outputMost);
    }
    throw new IllegalArgumentException("no arguments are known for " + operation.name());
  }

  private int upTo(int most) {
    return 1 + random.nextInt(most);
  }

  private FloatArray floats(int size, double deviation) {
    return RandomArrays.floats(random, size + sizes.spare(), deviation);
  }

  private FloatArray logits(int size) {
    return RandomArrays.logits(random, size + sizes.spare());
  }

  private IntArray ints(int size) {
    return RandomArrays.ints(random, size + sizes.spare());
  }

  /** A pass of some rows, at a random step of a random path. */
  private IntArray pass(int most) {
    IntArray pass = new IntArray(PassBuffer.size(LAYERS) + sizes.spare());
    int rows = sizes.full() ? most : upTo(most);
    int logitRows = sizes.full() ? most : upTo(Math.min(most, PassBuffer.MAX_LOGIT_ROWS));
    pass.set(PassBuffer.ROWS, rows);
    pass.set(PassBuffer.START, random.nextInt(5));
    pass.set(PassBuffer.LOGIT_ROWS, Math.min(logitRows, PassBuffer.MAX_LOGIT_ROWS));
    pass.set(PassBuffer.STEP, random.nextInt(2 * LAYERS));
    pass.set(PassBuffer.LAYER, layer());
    pass.set(PassBuffer.SLOT, layer());
    pass.set(PassBuffer.NO_LAYER, 0);
    for (int i = 0; i < PassBuffer.MAX_LOGIT_ROWS; i++) {
      pass.set(PassBuffer.LOGIT_ROW + i, random.nextInt(most));
    }
    for (int i = 0; i < PassBuffer.STEP_SIZE * 2 * LAYERS; i++) {
      pass.set(PassBuffer.PATH + i, random.nextInt(LAYERS));
    }
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP);
    pass.set(step, layer());
    pass.set(step + 1, layer());
    pass.set(step + PassBuffer.TABLE, sizes.full() ? TABLES - 1 : random.nextInt(TABLES + 1) - 1);
    return pass;
  }

  private int layer() {
    return sizes.full() ? LAYERS - 1 : random.nextInt(LAYERS);
  }

  private Arguments embed(int most) {
    DeviceMatrix matrix = matrix(1, 1, 1);
    IntArray pass = pass(most);
    for (int i = 0; i < PassBuffer.MAX_ROWS; i++) {
      int last = matrix.rows() - 1;
      pass.set(
          PassBuffer.TOKENS + i, sizes.full() ? last - i % 2 * last : random.nextInt(last + 1));
      if (!sizes.full() && random.nextInt(4) == 0) {
        pass.set(PassBuffer.TOKENS + i, -1 - random.nextInt(4));
      }
    }
    float factor = random.nextBoolean() ? 1 : 3.3f;
    return new Arguments.Embed(pass, matrix, floats(most * matrix.columns(), 1), factor, most);
  }

  private Arguments norm(int most, int layers) {
    int width = upTo(sizes.matrix());
    return new Arguments.Norm(
        pass(most),
        floats(most * width, 2),
        floats(layers * width, 1),
        floats(most * width, 1),
        width,
        EPSILON,
        most);
  }

  private Arguments normAndProject(int most) {
    DeviceMatrix matrix = matrix(LAYERS, most, 1);
    return new Arguments.NormAndProject(
        pass(most),
        floats(most * matrix.columns(), 2),
        floats(LAYERS * matrix.columns(), 1),
        matrix,
        floats(most * matrix.rows(), 1),
        EPSILON,
        most);
  }

  /**
   * A matrix of the layers.
   *
   * @param parts that its rows come in, of which the output has one
   */
  private Arguments.Project project(int most, int parts) {
    DeviceMatrix matrix = matrix(LAYERS, most, parts);
    return new Arguments.Project(
        pass(most),
        matrix,
        floats(most * matrix.columns(), 1),
        floats(most * matrix.rows() / parts, 1),
        PassBuffer.ROWS,
        PassBuffer.LAYER,
        most);
  }

  private Arguments.Project outputProject(int most) {
    DeviceMatrix matrix = matrix(1, most, 1);
    return new Arguments.Project(
        pass(most),
        matrix,
        floats(most * matrix.columns(), 1),
        floats(most * matrix.rows(), 1),
        PassBuffer.LOGIT_ROWS,
        PassBuffer.NO_LAYER,
        most);
  }

  private DeviceMatrix matrix(int layers, int most, int parts) {
    int encoding = random.nextInt(Encoding.INT4_VECTORS + 1);
    int multiple =
        switch (encoding) {
          case Encoding.FLOAT32, Encoding.NATIVE_HALF -> 1;
          case Encoding.FLOAT16 -> 2;
          default -> Encoding.BLOCK;
        };
    int columns = multiple * upTo(sizes.matrix() / multiple);
    int rows = parts * upTo(sizes.matrix() / parts);
    rows = Math.clamp((long) sizes.products() / most / parts * parts, parts, rows);
    if (rows > 8 && random.nextBoolean()) {
      // Some kernels need this.
      rows = rows / 8 * 8;
    }
    int values = layers * rows * columns;
    return switch (encoding) {
      case Encoding.FLOAT32 ->
          new DeviceMatrix(encoding, rows, columns, ints(1), floats(values, 0.2));
      case Encoding.FLOAT16 ->
          new DeviceMatrix(encoding, rows, columns, halves(values / 2), floats(1, 1));
      case Encoding.INT8 ->
          new DeviceMatrix(
              encoding, rows, columns, ints(values / 4), floats(values / Encoding.BLOCK, 0.01));
      case Encoding.NATIVE_HALF -> DeviceMatrix.of(rows, columns, nativeHalves(values));
      case Encoding.INT8_VECTORS ->
          DeviceMatrix.of(
              Encoding.INT8,
              rows,
              columns,
              vectors(values / 16),
              floats(values / Encoding.BLOCK, 0.01));
      case Encoding.INT4_VECTORS ->
          DeviceMatrix.of(
              Encoding.INT4,
              rows,
              columns,
              vectors(values / 32),
              floats(2 * values / Encoding.BLOCK, 0.1));
      default ->
          new DeviceMatrix(
              encoding, rows, columns, ints(values / 8), floats(2 * values / Encoding.BLOCK, 0.1));
    };
  }

  /** Words of two float16 numbers, subnormal ones, zeros and the largest among them. */
  private IntArray halves(int size) {
    IntArray words = new IntArray(size + sizes.spare());
    for (int i = 0; i < words.getSize(); i++) {
      words.set(i, half() | half() << 16);
    }
    return words;
  }

  private VectorInt4 vectors(int size) {
    VectorInt4 vectors = new VectorInt4(size + sizes.spare());
    for (int i = 0; i < vectors.size(); i++) {
      vectors.getArray().set(i, random.nextInt());
    }
    return vectors;
  }

  private HalfFloatArray nativeHalves(int size) {
    HalfFloatArray halves = new HalfFloatArray(size + sizes.spare());
    for (int i = 0; i < halves.getSize(); i++) {
      halves.set(i, new HalfFloat((short) half()));
    }
    return halves;
  }

  private int half() {
    return switch (random.nextInt(16)) {
      case 0 -> random.nextInt(1 << 10) | random.nextInt(2) << 15;
      case 1 -> random.nextInt(2) << 15;
      case 2 -> Float.floatToFloat16(random.nextBoolean() ? 65504f : -65504f) & 0xffff;
      default -> Float.floatToFloat16((float) random.nextGaussian()) & 0xffff;
    };
  }

  /** Heads of any size that the kernels can do, with room for a pass. */
  private HeadSizes heads(IntArray pass, int most) {
    int keyValueHeads = upTo(sizes.heads());
    int heads = keyValueHeads * upTo(8);
    int headSize = 2 * upTo(sizes.headSize() / 2);
    long work = (long) most * heads * headSize;
    int positions =
        most + Math.clamp(sizes.work() / work, 1, random.nextInt(sizes.positions()) + 1);
    int start = positions - most;
    pass.set(PassBuffer.START, sizes.full() ? start : random.nextInt(start + 1));
    boolean adjacent = random.nextBoolean();
    int pairs = random.nextInt(3) == 0 ? upTo(headSize / 2) : headSize / 2;
    return new HeadSizes(heads, keyValueHeads, headSize, pairs, adjacent, positions);
  }

  private FloatArray cache(HeadSizes heads) {
    return floats(
        LAYERS * heads.keyValueHeads() * heads.positions() * heads.headSize(),
        random.nextBoolean() ? 1 : 3);
  }

  private FloatArray projected(HeadSizes heads, int most) {
    return floats(most * (heads.heads() + 2 * heads.keyValueHeads()) * heads.headSize(), 1);
  }

  private Arguments.Rotate rotate(int most) {
    IntArray pass = pass(most);
    HeadSizes heads = heads(pass, most);
    return new Arguments.Rotate(
        pass,
        projected(heads, most),
        floats(TABLES * heads.positions() * heads.pairs() * 2, 1),
        cache(heads),
        cache(heads),
        heads,
        most);
  }

  private Arguments attend(int most) {
    IntArray pass = pass(most);
    HeadSizes heads = heads(pass, most);
    boolean all = random.nextBoolean();
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass.get(PassBuffer.STEP);
    pass.set(step + PassBuffer.WINDOW, all ? heads.positions() : upTo(heads.positions()));
    return new Arguments.Attend(
        pass,
        projected(heads, most),
        cache(heads),
        cache(heads),
        floats(most * heads.heads() * heads.headSize(), 1),
        heads,
        (random.nextBoolean() ? 1 : 2.5f) / (float) Math.sqrt(heads.headSize()),
        random.nextBoolean() ? 0 : 0.5f + random.nextFloat() * 4,
        most);
  }
}
