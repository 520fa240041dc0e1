package dev.skipstone.tornado;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import dev.skipstone.runtime.pass.AdapterWeights.LowRank;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.Encoding;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What a draft adapter adds to some matrices with the same input, such as query, key and value, in
 * each of its slots: up (down x). Matrices without any, and ranks below the largest, are filled up
 * with zeros. Numbers are float16 where the file has nothing else, and float32 otherwise.
 *
 * @param down [slots][matrices * rank][columns]
 * @param up [slots][rows of all matrices][rank]
 */
record LowRankMatrix(DeviceMatrix down, DeviceMatrix up) {

  /**
   * What a matrix of it is made of.
   *
   * @param slots what is added to each of the matrices in each slot, if anything is
   * @param rows of each of the matrices
   * @param columns of all of them
   */
  record Source(List<List<Optional<LowRank>>> slots, List<Integer> rows, int columns) {

    /** Whether nothing is added anywhere. */
    boolean isEmpty() {
      return present().findAny().isEmpty();
    }

    private Stream<LowRank> present() {
      return slots.stream().flatMap(List::stream).flatMap(Optional::stream);
    }

    /** The largest rank, made even, so that two float16 numbers are a word. */
    int rank() {
      long largest = present().mapToLong(delta -> delta.up().columns()).max().orElse(1);
      return Math.toIntExact((largest + 1) / 2 * 2);
    }

    private int rowsOfAll() {
      return rows.stream().mapToInt(Integer::intValue).sum();
    }

    private int encoding(Function<LowRank, Tensor> half, int width) {
      boolean halves = present().allMatch(delta -> half.apply(delta).type() == TensorType.F16);
      return halves && width % 2 == 0 ? Encoding.FLOAT16 : Encoding.FLOAT32;
    }

    /** Bytes that it takes on a device. */
    long bytes() {
      return downBytes() + upBytes();
    }

    /** Bytes of the larger of its arrays. */
    long largestArray() {
      return Math.max(downBytes(), upBytes());
    }

    private long downBytes() {
      long values = (long) slots.size() * rows.size() * rank() * columns;
      return bytes(values, encoding(LowRank::down, columns));
    }

    private long upBytes() {
      long values = (long) slots.size() * rowsOfAll() * rank();
      return bytes(values, encoding(LowRank::up, rank()));
    }

    private static long bytes(long values, int encoding) {
      long unused = Float.BYTES;
      return unused + (encoding == Encoding.FLOAT16 ? Short.BYTES : Float.BYTES) * values;
    }

    /** Reads it. */
    LowRankMatrix load() {
      int rank = rank();
      Filler down =
          new Filler(encoding(LowRank::down, columns), slots.size(), rows.size() * rank, columns);
      Filler up = new Filler(encoding(LowRank::up, rank), slots.size(), rowsOfAll(), rank);
      for (int slot = 0; slot < slots.size(); slot++) {
        int row = 0;
        for (int part = 0; part < rows.size(); part++) {
          Optional<LowRank> delta = slots.get(slot).get(part);
          if (delta.isPresent()) {
            down.fill(delta.get().down(), slot, part * rank);
            up.fill(delta.get().up(), slot, row);
          }
          row += rows.get(part);
        }
      }
      return new LowRankMatrix(down.matrix(), up.matrix());
    }
  }

  /** What it needs on the device. */
  Stream<Object> arrays() {
    return Stream.of(down, up).flatMap(matrix -> Stream.of(matrix.arrays()));
  }

  /** A matrix that is filled piece by piece. */
  private static final class Filler {
    private final DeviceMatrix matrix;

    Filler(int encoding, int slots, int rows, int columns) {
      int values = Math.multiplyExact(Math.multiplyExact(slots, rows), columns);
      boolean halves = encoding == Encoding.FLOAT16;
      matrix =
          new DeviceMatrix(
              encoding,
              rows,
              columns,
              new IntArray(halves ? values / 2 : 1),
              new FloatArray(halves ? 1 : values));
      matrix.words().init(0);
      matrix.floats().init(0);
    }

    /**
     * Puts a tensor of at most as many columns into a slot.
     *
     * @param row of its first one
     */
    void fill(Tensor tensor, int slot, int row) {
      int first = slot * matrix.rows() + row;
      int width = Math.toIntExact(tensor.columns());
      int[] next = {0};
      tensor.forEachValue((values, count) -> {
        for (int i = 0; i < count; i++) {
          set(first + next[0] / width, next[0] % width, values[i]);
          next[0]++;
        }
      });
    }

    private void set(int row, int column, float value) {
      int at = row * matrix.columns() + column;
      if (matrix.encoding() == Encoding.FLOAT32) {
        matrix.floats().set(at, value);
        return;
      }
      int shift = at % 2 * Short.SIZE;
      int bits = Short.toUnsignedInt(Float.floatToFloat16(value)) << shift;
      matrix.words().set(at / 2, matrix.words().get(at / 2) | bits);
    }

    DeviceMatrix matrix() {
      return matrix;
    }
  }
}
