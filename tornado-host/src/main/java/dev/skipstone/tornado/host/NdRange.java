package dev.skipstone.tornado.host;

import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** The work items of one launch: sizes of the launch and of a group along x, y and z. */
public record NdRange(int[] global, int[] local) {
  private static final int LARGEST_CHOSEN_GROUP = 64;

  /**
   * The range of a grid; where it has no group size, one that divides it is chosen.
   *
   * @throws TornadoRuntimeException if the groups do not divide the grid
   */
  public static NdRange of(String task, WorkerGrid grid) {
    int[] global = new int[3];
    int[] local = {1, 1, 1};
    for (int d = 0; d < 3; d++) {
      global[d] = Math.toIntExact(grid.getGlobalWork()[d]);
      if (global[d] <= 0) {
        throw new TornadoRuntimeException(
            "task %s: the grid's size along dimension %d is %d".formatted(task, d, global[d]));
      }
    }
    if (grid.getLocalWork() == null) {
      local[0] = largestDivisor(global[0]);
      return new NdRange(global, local);
    }
    for (int d = 0; d < 3; d++) {
      local[d] = Math.toIntExact(grid.getLocalWork()[d]);
      if (local[d] <= 0 || global[d] % local[d] != 0) {
        throw new TornadoRuntimeException(
            "task %s: %d work items along dimension %d are no multiple of the group's %d"
                .formatted(task, global[d], d, local[d]));
      }
    }
    return new NdRange(global, local);
  }

  private static int largestDivisor(int size) {
    int divisor = Math.min(size, LARGEST_CHOSEN_GROUP);
    while (size % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  /** Work groups of the whole launch. */
  public int groups() {
    return groups(0) * groups(1) * groups(2);
  }

  /** Work groups along one dimension. */
  public int groups(int dimension) {
    return global[dimension] / local[dimension];
  }

  /** Work items of one group. */
  public int itemsPerGroup() {
    return local[0] * local[1] * local[2];
  }
}
