package dev.skipstone.tornado.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** Executes a plan's graphs in order; each has device buffers of its own. */
public final class PlanExecutor {
  private final List<GraphExecutor> graphs = new ArrayList<>();
  private List<GraphExecutor> selected;
  private GridScheduler grids;
  private GraphExecutor last;

  public PlanExecutor(List<GraphDefinition> definitions) {
    if (definitions.isEmpty()) {
      throw new TornadoRuntimeException("an execution plan needs a task graph");
    }
    Map<Object, CompiledKernel> kernels = new HashMap<>();
    Engine engine = CurrentEngine.get();
    for (GraphDefinition definition : definitions) {
      graphs.add(new GraphExecutor(definition, engine, kernels));
    }
    selected = graphs;
  }

  /** Runs the selected graphs, each to its end. */
  public void execute() {
    for (GraphExecutor graph : selected) {
      graph.execute(last, grids);
    }
    last = selected.getLast();
  }

  /** Runs one graph from now on. */
  public void select(int graph) {
    if (graph < 0 || graph >= graphs.size()) {
      throw new TornadoRuntimeException(
          "there is no graph %d: the plan has %d".formatted(graph, graphs.size()));
    }
    selected = List.of(graphs.get(graph));
  }

  public void selectAll() {
    selected = graphs;
  }

  /** Finds the selected graphs' kernels. */
  public void compile() {
    selected.forEach(GraphExecutor::compile);
  }

  /** Sets the tasks' grids; null takes them away. */
  public void grids(GridScheduler scheduler) {
    if (scheduler != null && graphs.stream().noneMatch(graph -> graph.hasGridIn(scheduler))) {
      throw new TornadoRuntimeException(
          "no task of the plan is named in the grid scheduler, which has " + scheduler.keySet());
    }
    grids = scheduler;
  }

  /** Copies an object of the selected graphs to the host. */
  public void transferToHost(Object object) {
    holder(object).buffer(object).copyToHost();
  }

  /** Copies elements of an object of the selected graphs to the host. */
  public void transferToHost(Object object, long offset, long length) {
    holder(object).buffer(object).copyToHost(offset, length);
  }

  private GraphExecutor holder(Object object) {
    return selected.stream()
        .filter(graph -> graph.buffer(object) != null)
        .findFirst()
        .orElseThrow(() ->
            new TornadoRuntimeException(
                "none of the selected graphs has a device buffer for this %s"
                    .formatted(object.getClass().getSimpleName())));
  }

  /** Bytes that the selected graphs hold on the device. */
  public long deviceBytes() {
    return selected.stream().mapToLong(GraphExecutor::deviceBytes).sum();
  }

  public void freeDeviceMemory() {
    selected.forEach(GraphExecutor::freeDeviceMemory);
  }
}
