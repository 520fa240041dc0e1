package dev.skipstone.runtime.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Products against float64 sums over what {@link TensorType#decode} says the weights are. */
class ProjectionTest {
  /** Rounding of float32 sums of up to a few hundred products, against the sum of magnitudes. */
  private static final double ROUNDING = 2e-6;

  /** Of scales that are not float16 in the file. */
  private static final double SCALE_ROUNDING = 0x1p-11;

  /** What codes span, up to twice the largest weight, and the minimum. */
  private static final int RANGE = 3;

  /** Columns that every type can have. */
  private static final int COLUMNS = 256;

  static Stream<Arguments> shapes() {
    return Arrays.stream(TensorType.values())
        .flatMap(type ->
            type.blockSize() == 256
                ? Stream.of(
                    Arguments.of(type, 1, 256),
                    Arguments.of(type, 33, 512),
                    Arguments.of(type, 200, 256))
                : type.blockSize() == 1
                    ? Stream.of(
                        Arguments.of(type, 1, 1),
                        Arguments.of(type, 33, 40),
                        Arguments.of(type, 130, 31),
                        Arguments.of(type, 200, 97))
                    : Stream.of(
                        Arguments.of(type, 1, 32),
                        Arguments.of(type, 33, 64),
                        Arguments.of(type, 200, 96)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void productsAreCloseToTheReference(TensorType type, int rows, int columns) {
    Random random = new Random(31L * rows + columns);
    MatrixInMemory matrix =
        MatrixInMemory.of(type, rows, columns, gaussians(random, rows * columns));
    int inputRows = 6;
    check(List.of(matrix), gaussians(random, inputRows * columns), inputRows, 2);
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void matricesOfOneInputLieSideBySide(TensorType type) {
    Random random = new Random(5);
    List<MatrixInMemory> matrices =
        Stream.of(50, 7, 64)
            .map(rows -> MatrixInMemory.of(type, rows, COLUMNS, gaussians(random, rows * COLUMNS)))
            .toList();
    check(matrices, gaussians(random, 2 * COLUMNS), 2, 3);
  }

  /** All products of a block have the same sign and full size: partial sums must not overflow. */
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void extremeBlocksDoNotOverflow(TensorType type) {
    float[] weights = new float[4 * COLUMNS];
    for (int i = 0; i < weights.length; i++) {
      // Q4_1 needs another value in the block for a scale above zero.
      weights[i] = i % 32 == 31 ? 0 : i < 2 * COLUMNS ? 15 : -15;
    }
    float[] input = new float[2 * COLUMNS];
    Arrays.fill(input, 0, COLUMNS, 1);
    Arrays.fill(input, COLUMNS, 2 * COLUMNS, -1);
    check(List.of(MatrixInMemory.of(type, 4, COLUMNS, weights)), input, 2, 1);
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void zeroInputGivesZero(TensorType type) {
    Random random = new Random(9);
    MatrixInMemory matrix = MatrixInMemory.of(type, 5, COLUMNS, gaussians(random, 5 * COLUMNS));
    check(List.of(matrix), new float[COLUMNS], 1, 1);
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void aRowIsReadExactly(TensorType type) {
    int rows = 70;
    int columns = type.blockSize() == 1 ? 45 : Math.max(96, type.blockSize());
    MatrixInMemory matrix =
        MatrixInMemory.of(type, rows, columns, gaussians(new Random(3), rows * columns));
    try (WorkerPool pool = new WorkerPool(2);
        Arena arena = Arena.ofShared()) {
      Projection projection = Projection.load(List.of(matrix), pool, arena);
      float[] decoded = matrix.decoded();
      for (int row = 0; row < rows; row++) {
        float[] read = new float[columns + 1];
        double largest = largest(decoded, row * columns, (row + 1) * columns);
        projection.matrix(0).readRow(row, read, 1);
        for (int c = 0; c < columns; c++) {
          float expected = decoded[row * columns + c];
          if (!isRounded(type)) {
            // A zero's sign is nobody's concern.
            assertThat(read[1 + c] == expected).as("row %d, column %d", row, c).isTrue();
          } else {
            double most = SCALE_ROUNDING * RANGE * largest;
            assertThat((double) read[1 + c])
                .as("row %d, column %d", row, c)
                .isBetween(expected - most, expected + most);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void moreThreadsAndOtherRowsChangeNoBit(TensorType type) {
    Random random = new Random(11);
    MatrixInMemory matrix = MatrixInMemory.of(type, 100, COLUMNS, gaussians(random, 100 * COLUMNS));
    float[] input = gaussians(random, 7 * COLUMNS);
    float[][] together = multiply(List.of(matrix), input, 7, 3);
    for (int count = 1; count <= 6; count++) {
      float[] some = Arrays.copyOf(input, count * COLUMNS);
      assertThat(multiply(List.of(matrix), some, count, 1))
          .as("%d rows", count)
          .isEqualTo(Arrays.copyOf(together, count));
    }
    for (int r = 0; r < 7; r++) {
      float[] alone = Arrays.copyOfRange(input, r * COLUMNS, (r + 1) * COLUMNS);
      assertThat(multiply(List.of(matrix), alone, 1, 1)[0]).isEqualTo(together[r]);
    }
  }

  /** Each kernel by itself: which ones a pass takes depends on what is compiled and quick. */
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void everyKernelGivesARowTheSameBits(TensorType type) {
    Random random = new Random(13);
    MatrixInMemory matrix = MatrixInMemory.of(type, 32, COLUMNS, gaussians(random, 32 * COLUMNS));
    int most = TileFormat.MOST_ROWS;
    try (WorkerPool pool = new WorkerPool(1);
        Arena arena = Arena.ofShared()) {
      WeightMatrix weights = Projection.load(List.of(matrix), pool, arena).matrix(0);
      TileFormat format = weights.format();
      Activations input = Activations.allocate(most, COLUMNS, EnumSet.of(format.form()));
      System.arraycopy(gaussians(random, most * COLUMNS), 0, input.values(), 0, most * COLUMNS);
      for (int row = 0; row < most; row++) {
        input.prepare(row, 0, input.blocks());
      }
      int stride = TileFormat.ROWS + 5;
      float[] start = gaussians(random, 7 + most * stride);
      float[] alone = start.clone();
      for (int row = 0; row < most; row++) {
        int offset = 7 + row * stride;
        format.multiply(weights.tiles(), 0, COLUMNS / 32, input, row, 1, alone, offset, stride);
      }
      for (int row = 0; row < most; row++) {
        for (int rows = 1; rows <= most - row; rows++) {
          float[] together = start.clone();
          int first = 7 + row * stride;
          int end = first + rows * stride;
          format.multiply(
              weights.tiles(), 0, COLUMNS / 32, input, row, rows, together, first, stride);
          float[] expected = start.clone();
          System.arraycopy(alone, first, expected, first, end - first);
          assertThat(together).as("%d rows from %d on", rows, row).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void plannedBytesAreWhatTheTilesTake(TensorType type) {
    MatrixInMemory matrix = MatrixInMemory.of(type, 100, COLUMNS, new float[100 * COLUMNS]);
    try (WorkerPool pool = new WorkerPool(2);
        Arena arena = Arena.ofShared()) {
      Projection projection = Projection.load(List.of(matrix), pool, arena);
      assertThat(projection.matrix(0).tiles().byteSize())
          .isEqualTo(Projection.bytes(List.of(matrix)));
    }
  }

  /** Whether scales or minima are rounded in tiles. */
  private static boolean isRounded(TensorType type) {
    return type.blockSize() == 256;
  }

  private static double largest(float[] values, int from, int to) {
    double largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest;
  }

  private static void check(
      List<MatrixInMemory> matrices, float[] input, int inputRows, int threads) {
    float[][] products = multiply(matrices, input, inputRows, threads);
    int columns = (int) matrices.getFirst().columns();
    for (int r = 0; r < inputRows; r++) {
      float[] x = Arrays.copyOfRange(input, r * columns, (r + 1) * columns);
      int place = 0;
      for (MatrixInMemory matrix : matrices) {
        float[] weights = matrix.decoded();
        for (int row = 0; row < matrix.rows(); row++) {
          double exact = 0;
          for (int c = 0; c < columns; c++) {
            exact += (double) weights[row * columns + c] * x[c];
          }
          double bound = bound(matrix.type(), weights, row * columns, x);
          assertThat((double) products[r][place])
              .as("%s, input row %d, output row %d", matrix.type(), r, row)
              .isBetween(exact - bound, exact + bound);
          place++;
        }
      }
    }
  }

  /** What rounding may do; codes are summed with an offset of up to twice the largest weight. */
  private static double bound(TensorType type, float[] weights, int from, float[] x) {
    boolean codes = TileFormat.of(type).form().bits() > 0;
    double bound = 1e-30;
    for (int block = 0; block < x.length; block += 32) {
      int end = Math.min(x.length, block + 32);
      double largest = largest(weights, from + block, from + end);
      double sum = 0;
      for (int c = block; c < end; c++) {
        sum += Math.abs(x[c]);
        bound += ROUNDING * Math.abs((double) weights[from + c] * x[c]);
      }
      double offset = 2 * ROUNDING + (isRounded(type) ? RANGE * SCALE_ROUNDING : 0);
      bound += codes ? offset * largest * sum : 0;
    }
    return bound;
  }

  /** Products without the tiles' filling, [inputRows][rows of all matrices]. */
  private static float[][] multiply(
      List<MatrixInMemory> matrices, float[] input, int inputRows, int threads) {
    int columns = (int) matrices.getFirst().columns();
    try (WorkerPool pool = new WorkerPool(threads);
        Arena arena = Arena.ofShared()) {
      Projection projection =
          Projection.load(matrices.stream().map(Tensor.class::cast).toList(), pool, arena);
      Activations activations = Activations.allocate(inputRows, columns, projection.forms());
      for (int r = 0; r < inputRows; r++) {
        System.arraycopy(
            input, r * columns, activations.values(), r * activations.stride(), columns);
        activations.prepare(r, 0, activations.blocks());
      }
      float[] output = new float[inputRows * projection.stride()];
      // Products replace what was there.
      Arrays.fill(output, Float.NaN);
      int tiles = projection.tiles();
      pool.run(worker -> {
        for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
          projection.multiplyTile(tile, activations, inputRows, output);
        }
      });
      int total = matrices.stream().mapToInt(matrix -> (int) matrix.rows()).sum();
      float[][] products = new float[inputRows][total];
      for (int r = 0; r < inputRows; r++) {
        int place = 0;
        for (int m = 0; m < matrices.size(); m++) {
          int rows = (int) matrices.get(m).rows();
          int from = r * projection.stride() + projection.offset(m);
          System.arraycopy(output, from, products[r], place, rows);
          place += rows;
        }
      }
      return products;
    }
  }

  private static float[] gaussians(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
