package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.KernelVariant;
import java.util.Map;
import java.util.Set;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** One kernel in a task graph of its own, whose arrays all go to the device and come back. */
final class VariantLaunch {
  private static final String GRAPH = "check";

  private VariantLaunch() {}

  /**
   * Runs a kernel.
   *
   * @param kept names of arrays that the kernel may only write, whose other elements are to be kept
   */
  static <A extends Arguments> void run(
      KernelVariant<A> variant, A arguments, TornadoDevice device, Set<String> kept) {
    Map<String, Object> named = ArgumentArrays.of(arguments);
    Object[] arrays = named.values().toArray();
    TaskGraph graph =
        new TaskGraph(GRAPH).transferToDevice(DataTransferMode.EVERY_EXECUTION, arrays);
    kept.forEach(name -> addTouch(graph, name, named.get(name)));
    String id = "t_" + variant.name();
    variant.task().addTo(graph, id, new KernelContext(), arguments);
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, arrays);
    GridScheduler grids = new GridScheduler(GRAPH + "." + id, variant.grid(arguments));
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withDevice(device).withGridScheduler(grids).execute();
      plan.freeDeviceMemory();
    } catch (TornadoExecutionPlanException e) {
      throw new IllegalStateException("the plan could not be closed", e);
    }
  }

  /** TornadoVM does not upload an array that a graph only writes; this reads it. */
  private static void addTouch(TaskGraph graph, String name, Object array) {
    if (array instanceof IntArray ints) {
      graph.task("touch_" + name, VariantLaunch::touchInts, ints);
    } else {
      graph.task("touch_" + name, VariantLaunch::touchFloats, (FloatArray) array);
    }
  }

  private static void touchInts(IntArray array) {
    for (@Parallel int i = 0; i < 1; i++) {
      array.set(i, array.get(i));
    }
  }

  private static void touchFloats(FloatArray array) {
    for (@Parallel int i = 0; i < 1; i++) {
      array.set(i, array.get(i));
    }
  }
}
