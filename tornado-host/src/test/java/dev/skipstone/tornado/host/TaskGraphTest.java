package dev.skipstone.tornado.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

final class TaskGraphTest {
  private static void scale(KernelContext context, FloatArray x, FloatArray y, float factor) {
    int i = context.globalIdx;
    y.set(i, x.get(i) * factor);
  }

  @Test
  void runsAKernelOnEachItem() throws Exception {
    FloatArray x = FloatArray.fromElements(1, 2, 3, 4);
    FloatArray y = new FloatArray(4);
    TaskGraph graph =
        new TaskGraph("g")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, x)
            .task("scale", TaskGraphTest::scale, new KernelContext(), x, y, 2f)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, y);
    WorkerGrid1D grid = new WorkerGrid1D(4);
    grid.setLocalWork(2, 1, 1);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withGridScheduler(new GridScheduler("g.scale", grid)).execute();
    }
    assertThat(y.toHeapArray()).containsExactly(2, 4, 6, 8);
  }
}
