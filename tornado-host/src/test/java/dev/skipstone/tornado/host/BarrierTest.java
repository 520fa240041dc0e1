package dev.skipstone.tornado.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels with barriers give what they would with threads that run side by side. */
final class BarrierTest {
  private static final int GROUP = 16;

  private static void sumOfGroup(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    int local = context.localIdx;
    partial[local] = in.get(context.globalIdx);
    for (int stride = GROUP / 2; stride > 0; stride /= 2) {
      context.localBarrier();
      if (local < stride) {
        partial[local] += partial[local + stride];
      }
    }
    if (local == 0) {
      out.set(context.groupIdx, partial[0]);
    }
  }

  private static void sumWithMethods(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    float total = 0.5f + shared(context, partial, in.get(context.globalIdx)) * 2;
    if (context.localIdx == 0) {
      out.set(context.groupIdx, total);
    }
  }

  private static float shared(KernelContext context, float[] partial, float value) {
    partial[context.localIdx] = value;
    halve(context, partial, GROUP / 2);
    halve(context, partial, GROUP / 4);
    halve(context, partial, GROUP / 8);
    halve(context, partial, GROUP / 16);
    context.localBarrier();
    return partial[0];
  }

  private static void halve(KernelContext context, float[] partial, int stride) {
    context.localBarrier();
    if (context.localIdx < stride) {
      partial[context.localIdx] += partial[context.localIdx + stride];
    }
  }

  private static void everyType(KernelContext context, DoubleArray out) {
    int i = context.localIdx;
    long big = (1L << 40) + i;
    double fraction = i / 8.0;
    float small = i / 4f;
    byte bits = (byte) (200 + i);
    boolean odd = i % 2 == 1;
    char letter = (char) ('a' + i);
    double[] shared = context.allocateDoubleLocalArray(GROUP);
    shared[i] = fraction;
    context.localBarrier();
    double mixed = big + fraction + small + bits + letter + (odd ? shared[GROUP - 1 - i] : 0);
    context.globalBarrier();
    out.set(i, mixed);
  }

  private static final float[] TABLE = {2, 3};

  private static void withConstants(KernelContext context, FloatArray out) {
    float[] shared = context.allocateFloatLocalArray(GROUP);
    int local = context.localIdx;
    shared[local] = local % 2 == 0 ? TABLE[0] : TABLE[1];
    context.localBarrier();
    out.set(context.globalIdx, shared[GROUP - 1 - local]);
  }

  private static void divergent(KernelContext context, FloatArray out) {
    if (context.localIdx < 3) {
      context.localBarrier();
    }
    out.set(context.globalIdx, 1f);
  }

  private static void run(TaskGraph graph, String task, int items) {
    WorkerGrid1D grid = new WorkerGrid1D(items);
    grid.setLocalWork(GROUP, 1, 1);
    new TornadoExecutionPlan(graph.snapshot())
        .withGridScheduler(new GridScheduler(task, grid))
        .execute();
  }

  private static FloatArray numbers(int size) {
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, i);
    }
    return array;
  }

  private static float sumOfNumbers(int group) {
    return GROUP * (group * GROUP + (GROUP - 1) / 2f);
  }

  @Test
  void barriersInALoop() {
    FloatArray out = new FloatArray(20);
    TaskGraph graph =
        new TaskGraph("g")
            .task("sum", BarrierTest::sumOfGroup, new KernelContext(), numbers(320), out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    run(graph, "g.sum", 320);
    for (int i = 0; i < 20; i++) {
      assertThat(out.get(i)).isEqualTo(sumOfNumbers(i));
    }
  }

  @Test
  void barriersInMethodsThatAnExpressionCalls() {
    FloatArray out = new FloatArray(3);
    TaskGraph graph =
        new TaskGraph("g")
            .task("sum", BarrierTest::sumWithMethods, new KernelContext(), numbers(48), out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    run(graph, "g.sum", 48);
    for (int i = 0; i < 3; i++) {
      assertThat(out.get(i)).isEqualTo(0.5f + 2 * sumOfNumbers(i));
    }
  }

  @Test
  void localVariablesOfEveryTypeSurvive() {
    DoubleArray out = new DoubleArray(GROUP);
    TaskGraph graph =
        new TaskGraph("g")
            .task("types", BarrierTest::everyType, new KernelContext(), out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    run(graph, "g.types", GROUP);
    for (int i = 0; i < GROUP; i++) {
      double expected = (1L << 40) + i + i / 8.0 + i / 4f + (byte) (200 + i) + 'a' + i;
      expected += i % 2 == 1 ? (GROUP - 1 - i) / 8.0 : 0;
      assertThat(out.get(i)).isEqualTo(expected);
    }
  }

  @Test
  void privateConstantsCanBeRead() {
    FloatArray out = new FloatArray(GROUP);
    TaskGraph graph =
        new TaskGraph("g")
            .task("constants", BarrierTest::withConstants, new KernelContext(), out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    run(graph, "g.constants", GROUP);
    assertThat(out.get(0)).isEqualTo(3);
    assertThat(out.get(1)).isEqualTo(2);
  }

  @Test
  void aBarrierThatSomeItemsMissIsAnError() {
    TaskGraph graph =
        new TaskGraph("g")
            .task("divergent", BarrierTest::divergent, new KernelContext(), new FloatArray(GROUP));
    assertThatThrownBy(() -> run(graph, "g.divergent", GROUP))
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("g.divergent")
        .hasMessageContaining("3 of a group's 16 work items wait at a barrier");
  }
}
