package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Matrices with the same input that are multiplied in one go, such as query, key and value. Their
 * outputs lie side by side; a matrix starts at a multiple of the tile size.
 */
final class Projection {
  private static final int[] TILE_ROWS = {128, 96, 64, 32};

  /** What starting a tile's loops costs, in rows; measured, roughly. */
  private static final int TILE_OVERHEAD = 12;

  private final List<WeightMatrix> matrices;
  private final int[] firstTile;
  private final int tileRows;
  private final boolean quantizedInput;

  private Projection(List<WeightMatrix> matrices, int tileRows) {
    this.matrices = List.copyOf(matrices);
    this.tileRows = tileRows;
    firstTile = new int[matrices.size() + 1];
    for (int i = 0; i < matrices.size(); i++) {
      firstTile[i + 1] = firstTile[i] + matrices.get(i).tileCount();
    }
    quantizedInput = matrices.stream().anyMatch(m -> m.format().quantizedActivations());
  }

  /** Repacks tensors, a tile a work item; each tensor's mapping is let go before the next one. */
  static Projection load(List<Tensor> tensors, WorkerPool pool, Arena arena) {
    int tileRows = tileRows(tensors, pool.size());
    List<WeightMatrix> matrices = new ArrayList<>();
    for (Tensor tensor : tensors) {
      WeightMatrix matrix = WeightMatrix.allocate(tensor, tileRows, arena);
      try (Arena mapping = Arena.ofShared()) {
        MemorySegment source = tensor.map(mapping);
        pool.run(worker -> {
          for (int t = worker.index(); t < matrix.tileCount(); t += worker.count()) {
            matrix.pack(source, tensor, t);
          }
        });
      }
      matrices.add(matrix);
    }
    return new Projection(matrices, tileRows);
  }

  /** The most that {@link #load} allocates, for any number of workers. */
  static long bytes(List<Tensor> tensors, int threads) {
    int tileRows = tileRows(tensors, threads);
    return tensors.stream().mapToLong(tensor -> WeightMatrix.bytes(tensor, tileRows)).sum();
  }

  /** The tile size with which the busiest of the workers has the least to do. */
  private static int tileRows(List<Tensor> tensors, int workers) {
    int best = TILE_ROWS[0];
    long least = Long.MAX_VALUE;
    for (int size : TILE_ROWS) {
      long tiles = 0;
      for (Tensor tensor : tensors) {
        tiles += (tensor.rows() + size - 1) / size;
      }
      long work = (tiles + workers - 1) / workers * (size + TILE_OVERHEAD);
      if (work < least) {
        least = work;
        best = size;
      }
    }
    return best;
  }

  /** Values of an output row. */
  int stride() {
    return firstTile[matrices.size()] * tileRows;
  }

  /** Where in an output row a matrix's output starts. */
  int offset(int matrix) {
    return firstTile[matrix] * tileRows;
  }

  WeightMatrix matrix(int index) {
    return matrices.get(index);
  }

  /** Whether the input has to be quantized before {@link #multiply}. */
  boolean quantizedInput() {
    return quantizedInput;
  }

  /** This worker's share of the products; output is [rows][{@link #stride}]. */
  void multiply(Worker worker, Activations input, int rows, float[] output) {
    int tiles = firstTile[matrices.size()];
    int end = worker.end(tiles);
    int matrix = 0;
    for (int tile = worker.start(tiles); tile < end; tile++) {
      while (tile >= firstTile[matrix + 1]) {
        matrix++;
      }
      matrices
          .get(matrix)
          .multiplyTile(
              tile - firstTile[matrix],
              input,
              rows,
              output,
              offset(matrix),
              stride(),
              worker.scratch());
    }
  }
}
