package dev.skipstone.tornado.host;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;

/** Prints what fast mode costs here: the best of several runs. No test; it has a main method. */
final class FastModeCosts {
  private static final int ROWS = 16384;
  private static final int WIDTH = 576;
  private static final int GROUP = 32;
  private static final int BARRIERS = 100;
  private static final int RUNS = 100;

  private FastModeCosts() {}

  private static void itemForEachRow(
      KernelContext context, FloatArray w, FloatArray x, FloatArray y) {
    int row = context.globalIdx;
    float sum = 0;
    for (int i = 0; i < WIDTH; i++) {
      sum += w.get(row * WIDTH + i) * x.get(i);
    }
    y.set(row, sum);
  }

  private static void itemForEachHalfRow(
      KernelContext context, HalfFloatArray w, FloatArray x, FloatArray y) {
    int row = context.globalIdx;
    float sum = 0;
    for (int i = 0; i < WIDTH; i++) {
      sum += w.get(row * WIDTH + i).getFloat32() * x.get(i);
    }
    y.set(row, sum);
  }

  private static void groupForEachRow(
      KernelContext context, FloatArray w, FloatArray x, FloatArray y) {
    int local = context.localIdx;
    int row = context.groupIdx;
    float[] partial = context.allocateFloatLocalArray(GROUP);
    float sum = 0;
    for (int i = local; i < WIDTH; i += GROUP) {
      sum += w.get(row * WIDTH + i) * x.get(i);
    }
    partial[local] = sum;
    for (int stride = GROUP / 2; stride > 0; stride >>= 1) {
      context.localBarrier();
      if (local < stride) {
        partial[local] += partial[local + stride];
      }
    }
    if (local == 0) {
      y.set(row, partial[0]);
    }
  }

  private static void onlyBarriers(KernelContext context, FloatArray y) {
    float sum = context.localIdx;
    for (int i = 0; i < BARRIERS; i++) {
      context.localBarrier();
      sum += i;
    }
    y.set(context.globalIdx, sum);
  }

  private static void index(KernelContext context, FloatArray y) {
    y.set(context.globalIdx, context.globalIdx);
  }

  private static void time(TaskGraph graph, int items, double units, String unit) {
    WorkerGrid1D grid = new WorkerGrid1D(items);
    grid.setLocalWork(GROUP, 1, 1);
    TornadoExecutionPlan plan =
        new TornadoExecutionPlan(graph.snapshot())
            .withGridScheduler(new GridScheduler(graph.getTaskGraphName() + ".t", grid));
    long best = Long.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      plan.execute();
      best = Math.min(best, System.nanoTime() - start);
    }
    System.out.printf("%-22s %8.1f ns/%s%n", graph.getTaskGraphName(), best / units, unit);
  }

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    FloatArray w = new FloatArray(ROWS * WIDTH);
    HalfFloatArray half = new HalfFloatArray(ROWS * WIDTH);
    FloatArray x = new FloatArray(WIDTH);
    FloatArray y = new FloatArray(ROWS);
    KernelContext context = new KernelContext();
    double products = (double) ROWS * WIDTH;
    time(
        new TaskGraph("item-a-row").task("t", FastModeCosts::itemForEachRow, context, w, x, y),
        ROWS,
        products,
        "product");
    time(
        new TaskGraph("item-a-row-of-halves")
            .task("t", FastModeCosts::itemForEachHalfRow, context, half, x, y),
        ROWS,
        products,
        "product");
    time(
        new TaskGraph("group-a-row").task("t", FastModeCosts::groupForEachRow, context, w, x, y),
        ROWS * GROUP,
        products,
        "product");
    time(
        new TaskGraph("only-barriers").task("t", FastModeCosts::onlyBarriers, context, y),
        ROWS,
        (double) ROWS * BARRIERS,
        "item and barrier");
    time(
        new TaskGraph("small-launch").task("t", FastModeCosts::index, context, y),
        GROUP,
        1,
        "launch of one group");
  }
}
