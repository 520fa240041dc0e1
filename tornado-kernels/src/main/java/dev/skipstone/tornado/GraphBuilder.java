package dev.skipstone.tornado;

import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceTraits;
import dev.skipstone.tornado.kernel.KernelProfile;
import dev.skipstone.tornado.kernel.KernelVariant;
import dev.skipstone.tornado.kernel.Operation;
import java.util.Optional;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;

/** Puts the kernels that suit a device into a task graph, and their grids into a scheduler. */
final class GraphBuilder {
  private final String name;
  private final TaskGraph graph;
  private final DeviceTraits device;
  private final KernelProfile profile;
  private final GridScheduler grids;
  private final KernelContext context = new KernelContext();
  private int launches;

  GraphBuilder(String name, DeviceTraits device, KernelProfile profile, GridScheduler grids) {
    this.name = name;
    this.device = device;
    this.profile = profile;
    this.grids = grids;
    graph = new TaskGraph(name);
  }

  /** Adds an operation. */
  <A extends Arguments> void add(Operation<A> operation, A arguments) {
    if (!tryAdd(operation, arguments)) {
      throw new IllegalArgumentException(
          "no kernel for '%s' works on this device (%s)".formatted(operation.name(), device));
    }
  }

  /** Adds an operation, unless no kernel for it suits the device; says whether it did. */
  <A extends Arguments> boolean tryAdd(Operation<A> operation, A arguments) {
    Optional<KernelVariant<A>> variant = operation.find(device, profile, arguments);
    variant.ifPresent(chosen -> {
      String id = "t%d_%s".formatted(launches++, chosen.name());
      chosen.task().addTo(graph, id, context, arguments);
      grids.addWorkerGrid(name + "." + id, chosen.grid(arguments));
    });
    return variant.isPresent();
  }

  String name() {
    return name;
  }

  TaskGraph graph() {
    return graph;
  }

  /** Kernels that were added. */
  int launches() {
    return launches;
  }
}
