package dev.skipstone.tornado.host;

import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** The work items of one launch, and of one of its groups. */
public record NdRange(Size global, Size local) {
  private static final int LARGEST_CHOSEN_GROUP = 64;

  /**
   * Checks that whole groups fill the launch.
   *
   * @throws TornadoRuntimeException if not
   */
  public NdRange {
    for (int d = 0; d < 3; d++) {
      if (global.get(d) <= 0 || local.get(d) <= 0 || global.get(d) % local.get(d) != 0) {
        throw new TornadoRuntimeException(
            "%s work items are no whole number of groups of %s".formatted(global, local));
      }
    }
  }

  /**
   * The range of a grid; where it has no group size, one that divides it is chosen.
   *
   * @throws TornadoRuntimeException if the groups do not divide the grid
   */
  static NdRange of(String task, WorkerGrid grid) {
    Size global = size(grid.getGlobalWork());
    try {
      return new NdRange(
          global,
          grid.getLocalWork() == null
              ? new Size(largestDivisor(global.x()), 1, 1)
              : size(grid.getLocalWork()));
    } catch (TornadoRuntimeException e) {
      throw new TornadoRuntimeException("task " + task + ": " + e.getMessage());
    }
  }

  private static Size size(long[] work) {
    return new Size(Math.toIntExact(work[0]), Math.toIntExact(work[1]), Math.toIntExact(work[2]));
  }

  private static int largestDivisor(int size) {
    int divisor = Math.max(1, Math.min(size, LARGEST_CHOSEN_GROUP));
    while (size % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  /** The numbers of groups. */
  public Size groups() {
    return new Size(global.x() / local.x(), global.y() / local.y(), global.z() / local.z());
  }
}
