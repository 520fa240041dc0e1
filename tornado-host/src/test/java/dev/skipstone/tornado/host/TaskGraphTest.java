package dev.skipstone.tornado.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What graphs and plans copy, keep and refuse. */
final class TaskGraphTest {
  private final FloatArray x = FloatArray.fromElements(1, 2, 3, 4);
  private final FloatArray y = new FloatArray(4);

  private static void scale(KernelContext context, FloatArray x, FloatArray y, float factor) {
    int i = context.globalIdx;
    y.set(i, x.get(i) * factor);
  }

  private static void increment(FloatArray x) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      x.set(i, x.get(i) + 1);
    }
  }

  private static void add(FloatArray x, FloatArray y) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      y.set(i, y.get(i) + x.get(i));
    }
  }

  private static GridScheduler grid(String task, int items, int group) {
    WorkerGrid1D grid = new WorkerGrid1D(items);
    grid.setLocalWork(group, 1, 1);
    return new GridScheduler(task, grid);
  }

  private TaskGraph scaling(int inputMode) {
    return new TaskGraph("g")
        .transferToDevice(inputMode, x)
        .task("scale", TaskGraphTest::scale, new KernelContext(), x, y, 2f)
        .transferToHost(DataTransferMode.EVERY_EXECUTION, y);
  }

  private static TornadoExecutionPlan plan(TaskGraph... graphs) {
    return new TornadoExecutionPlan(
        Arrays.stream(graphs).map(TaskGraph::snapshot).toArray(ImmutableTaskGraph[]::new));
  }

  @Test
  void runsAKernelOnEachItem() throws Exception {
    try (TornadoExecutionPlan plan = plan(scaling(DataTransferMode.FIRST_EXECUTION))) {
      plan.withGridScheduler(grid("g.scale", 4, 2)).execute();
    }
    assertThat(y.toHeapArray()).containsExactly(2, 4, 6, 8);
  }

  @Test
  void aFirstExecutionTransferIsNotRepeated() {
    TornadoExecutionPlan plan =
        plan(scaling(DataTransferMode.FIRST_EXECUTION)).withGridScheduler(grid("g.scale", 4, 4));
    plan.execute();
    x.init(10);
    plan.execute();
    assertThat(y.toHeapArray()).containsExactly(2, 4, 6, 8);
  }

  @Test
  void anEveryExecutionTransferIs() {
    TornadoExecutionPlan plan =
        plan(scaling(DataTransferMode.EVERY_EXECUTION)).withGridScheduler(grid("g.scale", 4, 4));
    plan.execute();
    x.init(10);
    plan.execute();
    assertThat(y.toHeapArray()).containsExactly(20, 20, 20, 20);
  }

  @Test
  void anEveryExecutionTransferIsMadeOnceForAllTasks() {
    plan(new TaskGraph("g")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, x)
            .task("a", TaskGraphTest::increment, x)
            .task("b", TaskGraphTest::increment, x)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, x))
        .execute();
    assertThat(x.toHeapArray()).containsExactly(3, 4, 5, 6);
  }

  @Test
  void freedMemoryIsTransferredAgain() {
    TornadoExecutionPlan plan =
        plan(scaling(DataTransferMode.FIRST_EXECUTION)).withGridScheduler(grid("g.scale", 4, 4));
    plan.execute();
    assertThat(plan.getCurrentDeviceMemoryUsage()).isEqualTo(32);
    x.init(10);
    plan.freeDeviceMemory();
    assertThat(plan.getCurrentDeviceMemoryUsage()).isZero();
    plan.execute();
    assertThat(y.toHeapArray()).containsExactly(20, 20, 20, 20);
  }

  @Test
  void aResultIsNotOnTheHostBeforeItIsTransferred() {
    TornadoExecutionResult result =
        plan(new TaskGraph("g")
                .task("a", TaskGraphTest::increment, x)
                .transferToHost(DataTransferMode.UNDER_DEMAND, x))
            .execute();
    assertThat(x.toHeapArray()).containsExactly(1, 2, 3, 4);
    result.transferToHost(new DataRange(x).withOffset(1).withSize(2));
    assertThat(x.toHeapArray()).containsExactly(1, 3, 4, 4);
    result.transferToHost(x);
    assertThat(x.toHeapArray()).containsExactly(2, 3, 4, 5);
  }

  @Test
  void graphsHaveBuffersOfTheirOwn() {
    TaskGraph first = new TaskGraph("first").task("a", TaskGraphTest::increment, x);
    TaskGraph second =
        new TaskGraph("second")
            .task("a", TaskGraphTest::increment, x)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, x);
    plan(first, second).execute();
    assertThat(x.toHeapArray()).containsExactly(2, 3, 4, 5);
  }

  @Test
  void aConsumedObjectIsNotCopied() {
    TaskGraph first =
        new TaskGraph("first").task("a", TaskGraphTest::increment, x).persistOnDevice(x);
    TaskGraph second =
        new TaskGraph("second")
            .consumeFromDevice("first", x)
            .task("a", TaskGraphTest::add, x, y)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, y);
    TornadoExecutionPlan plan = plan(first, second);
    plan.withGraph(0).execute();
    plan.withGraph(0).execute();
    plan.withGraph(1).execute();
    assertThat(y.toHeapArray()).containsExactly(3, 4, 5, 6);
    assertThat(x.toHeapArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aGraphStaysSelectedUntilAllAre() {
    TaskGraph first =
        new TaskGraph("first")
            .task("a", TaskGraphTest::increment, x)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, x);
    TaskGraph second =
        new TaskGraph("second")
            .task("a", TaskGraphTest::increment, y)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, y);
    TornadoExecutionPlan plan = plan(first, second);
    plan.withGraph(1).execute();
    plan.execute();
    plan.withAllGraphs().execute();
    assertThat(x.get(0)).isEqualTo(2);
    assertThat(y.get(0)).isEqualTo(3);
  }

  @Test
  void consumingWhatNobodyHasLeftIsAnError() {
    TaskGraph first = new TaskGraph("first").task("a", TaskGraphTest::increment, y);
    TaskGraph second =
        new TaskGraph("second")
            .consumeFromDevice("first", x)
            .task("a", TaskGraphTest::increment, x);
    TornadoExecutionPlan plan = plan(first, second);
    plan.withGraph(0).execute();
    assertThatThrownBy(() -> plan.withGraph(1).execute())
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("second")
        .hasMessageContaining("first was executed just before and does not hold it");
    assertThatThrownBy(() -> plan(second).execute())
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("task second.a: nothing was executed before");
  }

  @Test
  void graphsOfOneExecutionHandNothingOn() {
    TaskGraph first =
        new TaskGraph("first").task("a", TaskGraphTest::increment, x).persistOnDevice(x);
    TaskGraph second =
        new TaskGraph("second")
            .consumeFromDevice("first", x)
            .task("a", TaskGraphTest::increment, x);
    assertThatThrownBy(() -> plan(first, second).execute())
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("execute the graphs one at a time");
  }

  @Test
  void anObjectMayBeConsumedFromWhicheverOfTwoGraphsRanBefore() {
    TaskGraph first =
        new TaskGraph("first").task("a", TaskGraphTest::increment, x).persistOnDevice(x);
    TaskGraph second =
        new TaskGraph("second")
            .consumeFromDevice("first", x)
            .task("a", TaskGraphTest::increment, x)
            .persistOnDevice(x);
    TaskGraph third =
        new TaskGraph("third")
            .consumeFromDevice("first", x)
            .consumeFromDevice("second", x)
            .task("a", TaskGraphTest::increment, x)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, x);
    TornadoExecutionPlan plan = plan(first, second, third);
    plan.withGraph(0).execute();
    plan.withGraph(2).execute();
    assertThat(x.get(0)).isEqualTo(3);
    plan.withGraph(0).execute();
    plan.withGraph(1).execute();
    plan.withGraph(2).execute();
    assertThat(x.get(0)).isEqualTo(6);
  }

  @Test
  void wrongGridsAreErrors() {
    TaskGraph graph = scaling(DataTransferMode.FIRST_EXECUTION);
    assertThatThrownBy(() -> plan(graph).withGridScheduler(grid("g.scale", 4, 3)).execute())
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("g.scale: (4, 1, 1) work items are no whole number of groups");
    assertThatThrownBy(() -> plan(graph).withGridScheduler(grid("other.scale", 4, 4)))
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("other.scale");
    assertThatThrownBy(() -> plan(graph).execute())
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("g.scale takes a KernelContext, but the plan has no worker grid");
  }

  @Test
  void wrongTasksAreErrors() {
    float factor = x.get(1);
    TaskGraph capturing =
        new TaskGraph("g").task("a", (FloatArray array) -> array.set(0, factor), x);
    assertThatThrownBy(() -> plan(capturing).execute())
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("uses variables from outside");
    assertThatThrownBy(() ->
            new TaskGraph("g")
                .task("a", TaskGraphTest::increment, x)
                .task("a", TaskGraphTest::increment, x)
                .snapshot())
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("two tasks named a");
    assertThatThrownBy(() -> new TaskGraph("g").snapshot())
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("no task");
  }

  @Test
  void anExceptionOfAKernelReachesTheCaller() {
    TornadoExecutionPlan plan =
        plan(new TaskGraph("g").task("scale", TaskGraphTest::scale, new KernelContext(), x, y, 1f))
            .withGridScheduler(grid("g.scale", 128, 4));
    assertThatThrownBy(plan::execute).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
