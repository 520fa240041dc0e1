package dev.skipstone.tornado.host.sanitizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Faults in task graphs: transfers and dependencies that are missing. */
final class GraphSanitizerTest {
  private static final int SIZE = 4;

  private final FloatArray a = FloatArray.fromElements(1, 2, 3, 4);
  private final FloatArray b = new FloatArray(SIZE);
  private final FloatArray c = new FloatArray(SIZE);

  private static TaskGraph copy(TaskGraph graph, FloatArray from, FloatArray to) {
    return graph.task("copy", Kernels::copy, new KernelContext(), from, to);
  }

  private static TornadoExecutionPlan plan(TaskGraph... graphs) {
    GridScheduler grids = new GridScheduler();
    for (TaskGraph graph : graphs) {
      WorkerGrid1D grid = new WorkerGrid1D(SIZE);
      grid.setLocalWork(2, 1, 1);
      WorkerGrid1D half = new WorkerGrid1D(SIZE / 2);
      half.setLocalWork(1, 1, 1);
      grids.addWorkerGrid(graph.getTaskGraphName() + ".part", half);
      grids.addWorkerGrid(graph.getTaskGraphName() + ".copy", grid);
    }
    return new TornadoExecutionPlan(
            Arrays.stream(graphs).map(TaskGraph::snapshot).toArray(ImmutableTaskGraph[]::new))
        .withGridScheduler(grids);
  }

  private static void oneByOne(TornadoExecutionPlan plan) {
    plan.withGraph(0).execute();
    plan.withGraph(1).execute();
  }

  private static Report check(Consumer<TornadoExecutionPlan> action, TaskGraph... graphs) {
    return new KernelSanitizer().check(() -> action.accept(plan(graphs)));
  }

  private TaskGraph first() {
    return copy(new TaskGraph("first").transferToDevice(DataTransferMode.FIRST_EXECUTION, a), a, b)
        .persistOnDevice(b);
  }

  private TaskGraph second() {
    return copy(new TaskGraph("second").consumeFromDevice("first", b), b, c)
        .transferToHost(DataTransferMode.EVERY_EXECUTION, c);
  }

  @Test
  void aGoodChainOfGraphsIsClean() {
    Report report =
        check(
            plan -> {
              oneByOne(plan);
              oneByOne(plan);
              c.get(3);
            },
            first(),
            second());
    assertThat(report.clean()).as(report.toString()).isTrue();
    assertThat(c.toHeapArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aMissingConsumeIsFound() {
    TaskGraph second =
        copy(new TaskGraph("second").transferToDevice(DataTransferMode.FIRST_EXECUTION, b), b, c)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, c);
    Report report = check(GraphSanitizerTest::oneByOne, first(), second);
    Finding finding = report.findings().getFirst();
    assertThat(finding.kind()).isEqualTo(FaultKind.STALE_DEVICE_READ);
    assertThat(finding.access().task()).contains("second.copy");
    assertThat(finding.array()).contains("in");
    assertThat(finding.other().orElseThrow().task()).contains("first.copy");
    assertThat(report.findings()).hasSize(1);
  }

  private TaskGraph part(String name, int offset) {
    return new TaskGraph(name)
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, a)
        .task("part", Kernels::copyPart, new KernelContext(), a, b, offset)
        .persistOnDevice(b);
  }

  private Report checkOfTwoWriters(TaskGraph second) {
    TaskGraph third =
        copy(new TaskGraph("third").consumeFromDevice("second", b), b, c)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, c);
    return check(
        plan -> {
          plan.withGraph(0).execute();
          plan.withGraph(1).execute();
          plan.withGraph(2).execute();
        },
        part("first", 0),
        second,
        third);
  }

  @Test
  void aGraphThatReadsWhatTwoWroteNeedsBoth() {
    Report report = checkOfTwoWriters(part("second", SIZE / 2));
    Finding finding = report.findings().getFirst();
    assertThat(finding.kind()).isEqualTo(FaultKind.STALE_DEVICE_READ);
    assertThat(finding.index()).hasValue(0);
    assertThat(finding.access().task()).contains("third.copy");
    assertThat(finding.other().orElseThrow().task()).contains("first.part");
    assertThat(report.findings()).hasSize(1);
  }

  @Test
  void aGraphThatHandsOnWhatTwoWroteIsClean() {
    Report report = checkOfTwoWriters(part("second", SIZE / 2).consumeFromDevice("first", b));
    assertThat(report.clean()).as(report.toString()).isTrue();
    assertThat(c.toHeapArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aMissingPersistIsFound() {
    TaskGraph first =
        copy(new TaskGraph("first").transferToDevice(DataTransferMode.FIRST_EXECUTION, a), a, b);
    Report report = check(GraphSanitizerTest::oneByOne, first, second());
    assertThat(report.findings())
        .extracting(Finding::kind)
        .containsExactly(FaultKind.NOT_PERSISTED);
    assertThat(report.toString()).contains("Graph first has to name it in persistOnDevice.");
  }

  @Test
  void aHostWriteThatIsNotTransferredIsFound() {
    Report report =
        check(
            plan -> {
              plan.execute();
              a.set(2, 7);
              plan.execute();
            },
            first());
    Finding finding = report.findings().getFirst();
    assertThat(report.findings()).hasSize(1);
    assertThat(finding.kind()).isEqualTo(FaultKind.STALE_DEVICE_READ);
    assertThat(finding.index()).hasValue(2);
    assertThat(finding.other().orElseThrow().task()).isEmpty();
    assertThat(report.toString()).contains("the host, writes");
  }

  @Test
  void aHostWriteThatIsTransferredIsClean() {
    TaskGraph graph =
        copy(new TaskGraph("first").transferToDevice(DataTransferMode.EVERY_EXECUTION, a), a, b)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, b);
    Report report =
        check(
            plan -> {
              plan.execute();
              a.set(2, 7);
              plan.execute();
              b.get(2);
            },
            graph);
    assertThat(report.clean()).as(report.toString()).isTrue();
    assertThat(b.get(2)).isEqualTo(7);
  }

  @Test
  void aHostReadBeforeTheTransferIsFound() {
    Report report =
        check(
            plan -> {
              plan.execute();
              b.get(1);
            },
            first());
    Finding finding = report.findings().getFirst();
    assertThat(finding.kind()).isEqualTo(FaultKind.STALE_HOST_READ);
    assertThat(finding.index()).hasValue(1);
    assertThat(finding.other().orElseThrow().task()).contains("first.copy");
  }

  @Test
  void aHostReadAfterTheTransferIsClean() {
    Report report =
        check(
            plan -> {
              plan.execute().transferToHost(b);
              b.get(1);
            },
            first());
    assertThat(report.clean()).as(report.toString()).isTrue();
  }

  @Test
  void aBufferThatNothingWroteIsFound() {
    TaskGraph graph =
        copy(new TaskGraph("first").transferToDevice(DataTransferMode.UNDER_DEMAND, a), a, b)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, b);
    Report report = check(TornadoExecutionPlan::execute, graph);
    assertThat(report.findings())
        .extracting(Finding::kind)
        .containsExactly(FaultKind.UNINITIALIZED_READ);
  }

  @Test
  void afterTheCheckTheHostIsFreeAgain() {
    Report report = check(TornadoExecutionPlan::execute, first());
    assertThat(b.get(1)).isZero();
    assertThat(report.clean()).isTrue();
  }
}
