package dev.skipstone.tornado.host;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** A task graph as it was written down. */
public record GraphDefinition(String name, List<GraphStep> steps) {
  /**
   * A graph of its own, whatever becomes of the list.
   *
   * @throws TornadoRuntimeException if there is no task, or two have one name
   */
  public static GraphDefinition of(String name, List<GraphStep> steps) {
    GraphDefinition graph = new GraphDefinition(name, List.copyOf(steps));
    if (graph.tasks().isEmpty()) {
      throw new TornadoRuntimeException("task graph " + name + " has no task");
    }
    Set<String> names = new HashSet<>();
    for (GraphStep.Task task : graph.tasks()) {
      if (!names.add(task.id())) {
        throw new TornadoRuntimeException(
            "task graph %s has two tasks named %s".formatted(name, task.id()));
      }
    }
    return graph;
  }

  List<GraphStep.Task> tasks() {
    return steps.stream()
        .filter(GraphStep.Task.class::isInstance)
        .map(GraphStep.Task.class::cast)
        .toList();
  }
}
