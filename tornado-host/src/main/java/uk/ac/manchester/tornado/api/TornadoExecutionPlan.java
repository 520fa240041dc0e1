package uk.ac.manchester.tornado.api;

import dev.skipstone.tornado.host.GraphDefinition;
import dev.skipstone.tornado.host.PlanExecutor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * Executes task graphs in order, all of them or one at a time, and owns their device memory.
 *
 * <p>The settings that choose among drivers, or show what a driver does, change nothing here.
 */
public class TornadoExecutionPlan implements AutoCloseable {
  public static TornadoDevice DEFAULT_DEVICE =
      TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();

  private final PlanExecutor executor;
  private final List<TornadoExecutionResult> results = new ArrayList<>();

  public TornadoExecutionPlan(ImmutableTaskGraph... immutableTaskGraphs) {
    List<GraphDefinition> graphs =
        Arrays.stream(immutableTaskGraphs).map(ImmutableTaskGraph::definition).toList();
    executor = new PlanExecutor(graphs);
  }

  public static TornadoDevice getDevice(int driverIndex, int deviceIndex) {
    return TornadoRuntimeProvider.getTornadoRuntime()
        .getBackend(driverIndex)
        .getDevice(deviceIndex);
  }

  public static TornadoDeviceMap getTornadoDeviceMap() {
    return new TornadoDeviceMap();
  }

  /** Executes the graphs that are selected, and waits for them. */
  public TornadoExecutionResult execute() {
    executor.execute();
    TornadoExecutionResult result = new TornadoExecutionResult(executor);
    results.add(result);
    return result;
  }

  /** Selects one graph; it stays selected until another is, or all are. */
  public TornadoExecutionPlan withGraph(int graphIndex) {
    executor.select(graphIndex);
    return this;
  }

  public TornadoExecutionPlan withAllGraphs() {
    executor.selectAll();
    return this;
  }

  /** Resolves the kernels of the selected graphs. */
  public TornadoExecutionPlan withPreCompilation() {
    executor.compile();
    return this;
  }

  public TornadoExecutionPlan withDevice(TornadoDevice device) {
    return this;
  }

  public TornadoExecutionPlan withDevice(String taskName, TornadoDevice device) {
    return this;
  }

  public TornadoDevice getDevice(int immutableTaskGraphIndex) {
    return DEFAULT_DEVICE;
  }

  /** Frees what the selected graphs hold on the device. */
  public TornadoExecutionPlan freeDeviceMemory() {
    executor.freeDeviceMemory();
    return this;
  }

  /**
   * Sets the tasks' grids.
   *
   * @throws TornadoRuntimeException if no name in it is that of a task
   */
  public TornadoExecutionPlan withGridScheduler(GridScheduler gridScheduler) {
    executor.grids(gridScheduler);
    return this;
  }

  public TornadoExecutionPlan withDefaultScheduler() {
    executor.grids(null);
    return this;
  }

  public TornadoExecutionPlan withProfiler(ProfilerMode profilerMode) {
    return this;
  }

  public TornadoExecutionPlan withoutProfiler() {
    return this;
  }

  public TornadoExecutionPlan withMemoryLimit(String memoryLimit) {
    return this;
  }

  public TornadoExecutionPlan withoutMemoryLimit() {
    return this;
  }

  public TornadoExecutionPlan clearProfiles() {
    return this;
  }

  public TornadoExecutionPlan resetDevice() {
    return this;
  }

  public TornadoExecutionPlan withThreadInfo() {
    return this;
  }

  public TornadoExecutionPlan withoutThreadInfo() {
    return this;
  }

  public TornadoExecutionPlan withPrintKernel() {
    return this;
  }

  public TornadoExecutionPlan withoutPrintKernel() {
    return this;
  }

  public TornadoExecutionPlan withCompilerFlags(
      TornadoVMBackendType backend, String compilerFlags) {
    return this;
  }

  public TornadoExecutionPlan withCUDAGraph() {
    return this;
  }

  /** Executes the selected graphs a number of times. */
  public TornadoExecutionPlan withWarmUpIterations(int iterations) {
    if (iterations < 0) {
      throw new TornadoRuntimeException("iterations must not be negative, but are " + iterations);
    }
    for (int i = 0; i < iterations; i++) {
      executor.execute();
    }
    return this;
  }

  @Override
  public void close() throws TornadoExecutionPlanException {
    executor.freeDeviceMemory();
  }

  /** Bytes that the selected graphs hold on the device. */
  public long getCurrentDeviceMemoryUsage() {
    return executor.deviceBytes();
  }

  /** The result of an earlier execution, counted from zero. */
  public TornadoExecutionResult getPlanResult(int index) {
    if (index >= results.size()) {
      throw new TornadoRuntimeException(
          "there is no result %d: the plan was executed %d times".formatted(index, results.size()));
    }
    return results.get(index);
  }
}
