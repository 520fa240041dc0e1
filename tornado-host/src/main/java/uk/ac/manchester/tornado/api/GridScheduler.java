package uk.ac.manchester.tornado.api;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The grids of tasks, by names of the form {@code graph.task}. */
public class GridScheduler {
  private final Map<String, WorkerGrid> grids = new ConcurrentHashMap<>();

  public GridScheduler() {}

  public GridScheduler(String taskName, WorkerGrid workerGrid) {
    grids.put(taskName, workerGrid);
  }

  public void addWorkerGrid(String taskName, WorkerGrid workerGrid) {
    grids.put(taskName, workerGrid);
  }

  /** The grid of {@code graph.task}, or null. */
  public WorkerGrid get(String taskName) {
    return grids.get(taskName);
  }

  public boolean contains(String taskScheduleName, String taskName) {
    return grids.containsKey(taskScheduleName + "." + taskName);
  }

  public Set<String> keySet() {
    return grids.keySet();
  }

  @Override
  public String toString() {
    return grids.entrySet().stream()
        .map(entry ->
            "%s: global %s, local %s"
                .formatted(
                    entry.getKey(),
                    Arrays.toString(entry.getValue().getGlobalWork()),
                    Arrays.toString(entry.getValue().getLocalWork())))
        .collect(Collectors.joining("; "));
  }
}
