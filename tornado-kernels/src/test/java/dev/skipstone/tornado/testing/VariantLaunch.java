package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.KernelVariant;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/** One kernel in a task graph of its own, whose arrays all go to the device and come back. */
final class VariantLaunch {
  private static final String GRAPH = "check";

  private VariantLaunch() {}

  static <A extends Arguments> void run(
      KernelVariant<A> variant, A arguments, TornadoDevice device) {
    Object[] arrays = ArgumentArrays.of(arguments).values().toArray();
    TaskGraph graph =
        new TaskGraph(GRAPH).transferToDevice(DataTransferMode.EVERY_EXECUTION, arrays);
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
}
