package dev.skipstone.tornado;

import dev.skipstone.tornado.kernel.DeviceTraits;
import dev.skipstone.tornado.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;

/** The task graphs of a plan, by their names and numbers. */
final class GraphSet {
  private final DeviceTraits device;
  private final KernelProfile profile;
  private final GridScheduler grids = new GridScheduler();
  private final List<GraphBuilder> graphs = new ArrayList<>();

  GraphSet(DeviceTraits device, KernelProfile profile) {
    this.device = device;
    this.profile = profile;
  }

  /** Starts another graph. */
  GraphBuilder add(String name) {
    GraphBuilder builder = new GraphBuilder(name, device, profile, grids);
    graphs.add(builder);
    return builder;
  }

  /** The number of a graph. */
  int index(String name) {
    for (int i = 0; i < graphs.size(); i++) {
      if (graphs.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("there is no graph " + name);
  }

  /** Kernels of a graph. */
  int launches(int graph) {
    return graphs.get(graph).launches();
  }

  GridScheduler grids() {
    return grids;
  }

  ImmutableTaskGraph[] snapshots() {
    return graphs.stream()
        .map(builder -> builder.graph().snapshot())
        .toArray(ImmutableTaskGraph[]::new);
  }
}
