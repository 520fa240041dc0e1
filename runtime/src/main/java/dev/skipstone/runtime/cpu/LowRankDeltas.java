package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import dev.skipstone.runtime.pass.AdapterWeights.LowRank;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an adapter adds to matrices with the same input, such as query, key and value: up (down x)
 * for each that has a delta. The products with all their down matrices are one set of work units,
 * and those with the up matrices another, which needs the first to be done.
 */
final class LowRankDeltas {
  /** Most matrices that share an input. */
  static final int MOST_MATRICES = 3;

  /** No delta. */
  static final LowRankDeltas NONE =
      new LowRankDeltas(new WeightMatrix[0], new WeightMatrix[0], new int[0], 0);

  /** A matrix and one of its tiles. */
  private record Unit(int matrix, int tile) {}

  /** By matrix; null where it has no delta. */
  private final WeightMatrix[] downs;

  private final WeightMatrix[] ups;

  /** Where in an output row each matrix's values start, and the length of the row. */
  private final int[] offsets;

  private final int stride;
  private final Unit[] downUnits;
  private final Unit[] upUnits;

  private LowRankDeltas(WeightMatrix[] downs, WeightMatrix[] ups, int[] offsets, int stride) {
    this.downs = downs;
    this.ups = ups;
    this.offsets = offsets;
    this.stride = stride;
    downUnits = units(downs);
    upUnits = units(ups);
  }

  private static Unit[] units(WeightMatrix[] matrices) {
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < matrices.length; i++) {
      for (int tile = 0; matrices[i] != null && tile < matrices[i].tileCount(); tile++) {
        units.add(new Unit(i, tile));
      }
    }
    return units.toArray(new Unit[0]);
  }

  /**
   * Deltas of a projection's matrices.
   *
   * @param deltas one for each matrix
   */
  static LowRankDeltas load(
      List<Optional<LowRank>> deltas, Projection projection, WorkerPool pool, Arena arena) {
    int[] offsets = new int[deltas.size()];
    Arrays.setAll(offsets, projection::offset);
    return load(deltas, offsets, projection.stride(), pool, arena);
  }

  /** A delta for rows of some length, from their start on. */
  static LowRankDeltas load(Optional<LowRank> delta, int stride, WorkerPool pool, Arena arena) {
    return load(List.of(delta), new int[1], stride, pool, arena);
  }

  private static LowRankDeltas load(
      List<Optional<LowRank>> deltas, int[] offsets, int stride, WorkerPool pool, Arena arena) {
    if (deltas.stream().allMatch(Optional::isEmpty)) {
      return NONE;
    }
    WeightMatrix[] downs = new WeightMatrix[deltas.size()];
    WeightMatrix[] ups = new WeightMatrix[deltas.size()];
    for (int i = 0; i < downs.length; i++) {
      if (deltas.get(i).isPresent()) {
        downs[i] = load(deltas.get(i).get().down(), pool, arena);
        ups[i] = load(deltas.get(i).get().up(), pool, arena);
      }
    }
    return new LowRankDeltas(downs, ups, offsets, stride);
  }

  private static WeightMatrix load(Tensor tensor, WorkerPool pool, Arena arena) {
    return Projection.load(List.of(tensor), pool, arena).matrix(0);
  }

  /** Bytes that a delta takes. */
  static long bytes(LowRank delta) {
    return WeightMatrix.bytes(delta.down()) + WeightMatrix.bytes(delta.up());
  }

  /** Forms that the products with the down matrix of a delta take their input in. */
  static Set<ActivationForm> downForms(Optional<LowRank> delta) {
    return forms(delta.map(LowRank::down));
  }

  /** Forms that the products with the up matrix of a delta take their input in. */
  static Set<ActivationForm> upForms(Optional<LowRank> delta) {
    return forms(delta.map(LowRank::up));
  }

  private static Set<ActivationForm> forms(Optional<Tensor> tensor) {
    return tensor
        .map(matrix -> Projection.forms(List.of(matrix)))
        .orElseGet(() -> EnumSet.noneOf(ActivationForm.class));
  }

  /** Units of {@link #multiplyDown}. */
  int downUnits() {
    return downUnits.length;
  }

  /** Units of {@link #addUp}. */
  int upUnits() {
    return upUnits.length;
  }

  /**
   * Computes a tile of down x for some rows.
   *
   * @param input prepared
   * @param first of the rows
   * @param end behind the last
   * @param low receives it, prepared: for each matrix its own
   */
  void multiplyDown(int index, Activations input, int first, int end, Activations[] low) {
    Unit unit = downUnits[index];
    Activations target = low[unit.matrix];
    int offset = unit.tile * TileFormat.ROWS;
    for (int row = first; row < end; row++) {
      int from = row * target.stride() + offset;
      Arrays.fill(target.values(), from, from + TileFormat.ROWS, 0);
    }
    downs[unit.matrix].multiplyTile(
        unit.tile, input, first, end, target.values(), offset, target.stride());
    for (int row = first; row < end; row++) {
      // A tile's rows are a block's columns.
      target.prepare(row, unit.tile, unit.tile + 1);
    }
  }

  /**
   * Adds a tile of up (down x) for some rows.
   *
   * @param low what {@link #multiplyDown} left
   * @param output rows of the projection's length
   */
  void addUp(int index, Activations[] low, int first, int end, float[] output) {
    Unit unit = upUnits[index];
    int offset = offsets[unit.matrix] + unit.tile * TileFormat.ROWS;
    ups[unit.matrix].multiplyTile(unit.tile, low[unit.matrix], first, end, output, offset, stride);
  }

  /** Adds all of up (down x): a phase of its own if there is a delta. */
  void addUps(Worker worker, Activations[] low, int first, int end, float[] output) {
    if (upUnits.length > 0) {
      for (int unit = worker.claim(upUnits.length);
          unit >= 0;
          unit = worker.claim(upUnits.length)) {
        addUp(unit, low, first, end, output);
      }
      worker.await();
    }
  }
}
