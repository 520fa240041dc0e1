package dev.skipstone.tornado.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.WorkerGrid3D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Grids run each work item once, with ids that fit together. */
final class NdRangeTest {
  private static void mark(KernelContext context, IntArray count, IntArray consistent) {
    int x = context.globalIdx;
    int y = context.globalIdy;
    int z = context.globalIdz;
    int index = (z * context.globalGroupSizeY + y) * context.globalGroupSizeX + x;
    context.atomicAdd(count, index, 1);
    boolean fits =
        x == context.groupIdx * context.localGroupSizeX + context.localIdx
            && y == context.groupIdy * context.localGroupSizeY + context.localIdy
            && z == context.groupIdz * context.localGroupSizeZ + context.localIdz
            && context.localIdx < context.localGroupSizeX
            && context.localIdy < context.localGroupSizeY
            && context.localIdz < context.localGroupSizeZ;
    consistent.set(index, fits ? 1 : 0);
  }

  private static void check(WorkerGrid grid, int items) {
    IntArray count = new IntArray(items);
    IntArray consistent = new IntArray(items);
    new TornadoExecutionPlan(
            new TaskGraph("g")
                .task("mark", NdRangeTest::mark, new KernelContext(), count, consistent)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, count, consistent)
                .snapshot())
        .withGridScheduler(new GridScheduler("g.mark", grid))
        .execute();
    assertThat(count.toHeapArray()).containsOnly(1);
    assertThat(consistent.toHeapArray()).containsOnly(1);
  }

  @Property(tries = 50)
  void eachItemRunsOnce(
      @ForAll @IntRange(min = 1, max = 5) int x,
      @ForAll @IntRange(min = 1, max = 4) int y,
      @ForAll @IntRange(min = 1, max = 3) int z,
      @ForAll @IntRange(min = 1, max = 4) int groupX,
      @ForAll @IntRange(min = 1, max = 3) int groupY) {
    WorkerGrid1D line = new WorkerGrid1D(x * groupX);
    line.setLocalWork(groupX, 1, 1);
    check(line, x * groupX);
    WorkerGrid2D plane = new WorkerGrid2D(x * groupX, y * groupY);
    plane.setLocalWork(groupX, groupY, 1);
    check(plane, x * groupX * y * groupY);
    WorkerGrid3D space = new WorkerGrid3D(x * groupX, y * groupY, 2 * z);
    space.setLocalWork(groupX, groupY, 2);
    check(space, x * groupX * y * groupY * 2 * z);
  }

  @Property(tries = 20)
  void aGroupSizeIsChosenWhereNoneIsSet(@ForAll @IntRange(min = 1, max = 300) int items) {
    check(new WorkerGrid1D(items), items);
  }

  @Test
  void emptyGridsAreErrors() {
    assertThatThrownBy(() -> new NdRange(new Size(0, 1, 1), new Size(1, 1, 1)))
        .isInstanceOf(TornadoRuntimeException.class);
    assertThatThrownBy(() -> NdRange.of("g.t", new WorkerGrid1D(0)))
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("g.t");
  }
}
