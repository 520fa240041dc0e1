package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Matrices with the same input, such as query, key and value. Their outputs lie side by side; a
 * matrix starts at a multiple of a tile's rows.
 */
final class Projection {
  /** Of tiles: a cache line. */
  private static final long ALIGNMENT = 64;

  private final List<WeightMatrix> matrices;
  private final int[] firstTile;

  /** What is added to an output row; null for nothing. */
  private final float[] bias;

  private Projection(List<WeightMatrix> matrices, float[] bias) {
    this.matrices = List.copyOf(matrices);
    this.bias = bias;
    firstTile = new int[matrices.size() + 1];
    for (int i = 0; i < matrices.size(); i++) {
      firstTile[i + 1] = firstTile[i] + matrices.get(i).tileCount();
    }
  }

  /** Repacks tensors, one behind the other. */
  static Projection load(List<Tensor> tensors, WorkerPool pool, Arena arena) {
    MemorySegment tiles = arena.allocate(bytes(tensors), ALIGNMENT);
    List<WeightMatrix> matrices = new ArrayList<>();
    long first = 0;
    for (Tensor tensor : tensors) {
      matrices.add(WeightMatrix.of(tensor, tiles, first, WeightMatrix.tileBytes(tensor)));
      first += WeightMatrix.bytes(tensor);
    }
    return packed(tensors, matrices, pool);
  }

  /**
   * Repacks tensors of the same shape, a tile of each in turn: where tiles are used together,
   * memory is read in one stream, which is faster than in two.
   */
  static Projection loadInTurns(List<Tensor> tensors, WorkerPool pool, Arena arena) {
    MemorySegment tiles = arena.allocate(bytes(tensors), ALIGNMENT);
    long step = tensors.stream().mapToLong(WeightMatrix::tileBytes).sum();
    List<WeightMatrix> matrices = new ArrayList<>();
    long first = 0;
    for (Tensor tensor : tensors) {
      matrices.add(WeightMatrix.of(tensor, tiles, first, step));
      first += WeightMatrix.tileBytes(tensor);
    }
    return packed(tensors, matrices, pool);
  }

  /** Fills matrices, a tile a work item; each tensor's mapping is let go before the next one. */
  private static Projection packed(
      List<Tensor> tensors, List<WeightMatrix> matrices, WorkerPool pool) {
    for (int i = 0; i < matrices.size(); i++) {
      WeightMatrix matrix = matrices.get(i);
      Tensor tensor = tensors.get(i);
      int tiles = matrix.tileCount();
      try (Arena mapping = Arena.ofShared()) {
        MemorySegment source = tensor.map(mapping);
        pool.run(worker -> {
          TilePacker packer = new TilePacker(matrix, source, tensor);
          for (int tile = worker.claim(tiles); tile >= 0; tile = worker.claim(tiles)) {
            packer.pack(tile);
          }
        });
      }
    }
    return new Projection(matrices, null);
  }

  /**
   * These matrices with biases.
   *
   * @param biases one for each matrix, empty where it has none
   */
  Projection with(List<Optional<float[]>> biases) {
    if (biases.stream().allMatch(Optional::isEmpty)) {
      return this;
    }
    float[] all = new float[stride()];
    for (int i = 0; i < biases.size(); i++) {
      int offset = offset(i);
      biases.get(i).ifPresent(one -> System.arraycopy(one, 0, all, offset, one.length));
    }
    return new Projection(matrices, all);
  }

  /** What loading allocates. */
  static long bytes(List<Tensor> tensors) {
    return tensors.stream().mapToLong(WeightMatrix::bytes).sum();
  }

  /** Forms of activations that matrices of these tensors take. */
  static Set<ActivationForm> forms(List<Tensor> tensors) {
    Set<ActivationForm> forms = EnumSet.noneOf(ActivationForm.class);
    tensors.forEach(tensor -> forms.add(TileFormat.of(tensor.type()).form()));
    return forms;
  }

  /** Forms of activations that the products take. */
  Set<ActivationForm> forms() {
    Set<ActivationForm> forms = EnumSet.noneOf(ActivationForm.class);
    matrices.forEach(matrix -> forms.add(matrix.format().form()));
    return forms;
  }

  /** How rows are divided, for each matrix. */
  Stream<RowDivision> divisions() {
    return matrices.stream().map(WeightMatrix::division);
  }

  /** Tiles of all matrices. */
  int tiles() {
    return firstTile[matrices.size()];
  }

  /** Values of an output row. */
  int stride() {
    return tiles() * TileFormat.ROWS;
  }

  /** Where in an output row a matrix's output starts. */
  int offset(int matrix) {
    return firstTile[matrix] * TileFormat.ROWS;
  }

  WeightMatrix matrix(int index) {
    return matrices.get(index);
  }

  /** Adds a tile's products and its bias; the output is [rows][{@link #stride}]. */
  void addTile(int tile, Activations input, int rows, float[] output) {
    int matrix = 0;
    while (tile >= firstTile[matrix + 1]) {
      matrix++;
    }
    matrices
        .get(matrix)
        .multiplyTile(
            tile - firstTile[matrix], input, 0, rows, output, tile * TileFormat.ROWS, stride());
    if (bias != null) {
      addBias(tile * TileFormat.ROWS, rows, output);
    }
  }

  private void addBias(int offset, int rows, float[] output) {
    for (int row = 0; row < rows; row++) {
      Rows.add(output, row * stride() + offset, bias, offset, TileFormat.ROWS);
    }
  }

  /** As {@link #addTile}, to nothing. */
  void multiplyTile(int tile, Activations input, int rows, float[] output) {
    clear(0, rows, output, tile * TileFormat.ROWS, stride());
    addTile(tile, input, rows, output);
  }

  /**
   * A tile's products with some rows, without bias, written to another place than its own in the
   * output.
   *
   * @param tile of the first matrix
   * @param from the first of the rows
   * @param end behind the last
   * @param offset where the tile's values of output row 0 are
   * @param rowStride from there to those of the next
   */
  void multiplyTile(
      int tile, Activations input, int from, int end, float[] output, int offset, int rowStride) {
    clear(from, end, output, offset, rowStride);
    matrices.getFirst().multiplyTile(tile, input, from, end, output, offset, rowStride);
  }

  private static void clear(int first, int end, float[] output, int offset, int stride) {
    for (int row = first; row < end; row++) {
      int from = row * stride + offset;
      Arrays.fill(output, from, from + TileFormat.ROWS, 0);
    }
  }
}
