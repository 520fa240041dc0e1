package dev.skipstone.tornado.host;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Executes one graph and holds its device buffers.
 *
 * <p>What is copied when follows TornadoVM: an object that a task reads is copied before its first
 * use by the graph even if no transfer is written down for it; a consumed object is taken over from
 * the graph that was executed just before. TornadoVM takes only those from it that name it as a
 * source, or all if none does; and the graphs of one execution of a plan all see the same graph
 * before.
 */
final class GraphExecutor {
  private final GraphDefinition definition;
  private final Engine engine;
  private final Map<Object, CompiledKernel> kernels;
  private final IdentityHashMap<Object, DeviceBuffer> buffers = new IdentityHashMap<>();
  private final IdentityHashMap<Object, Integer> transferModes = new IdentityHashMap<>();
  private final IdentityHashMap<Object, Set<String>> consumed = new IdentityHashMap<>();
  private final IdentityHashMap<Object, Boolean> persisted = new IdentityHashMap<>();

  GraphExecutor(GraphDefinition definition, Engine engine, Map<Object, CompiledKernel> kernels) {
    this.definition = definition;
    this.engine = engine;
    this.kernels = kernels;
    for (GraphStep step : definition.steps()) {
      switch (step) {
        case GraphStep.TransferToDevice(int mode, List<Object> objects) ->
            objects.forEach(object -> transferModes.put(object, mode));
        case GraphStep.Consume(String source, List<Object> objects) ->
            objects.forEach(
                object -> consumed.computeIfAbsent(object, _ -> new HashSet<>()).add(source));
        case GraphStep.TransferToHost(int mode, List<Object> objects) -> {
          if (mode == DataTransferMode.UNDER_DEMAND) {
            objects.forEach(object -> persisted.put(object, true));
          }
        }
        case GraphStep.Task _ -> {}
      }
    }
  }

  String name() {
    return definition.name();
  }

  void execute(GraphExecutor last, GridScheduler grids) {
    takeOver(last);
    Set<DeviceBuffer> copied = new HashSet<>();
    for (GraphStep.Task task : definition.tasks()) {
      Object[] arguments = task.arguments().toArray();
      for (int i = 0; i < arguments.length; i++) {
        if (DeviceBuffer.isObject(arguments[i])) {
          arguments[i] = ready(task, arguments[i], copied).device();
        }
      }
      CompiledKernel kernel = kernel(task);
      engine.launch(taskName(task), kernel, arguments, range(task, kernel, grids));
    }
    copyResults();
  }

  private void takeOver(GraphExecutor last) {
    if (last == null) {
      return;
    }
    boolean named = consumed.values().stream().anyMatch(sources -> sources.contains(last.name()));
    consumed.forEach((object, sources) -> {
      if (!named || sources.contains(last.name())) {
        DeviceBuffer buffer = last.buffer(object);
        if (buffer == null) {
          throw new TornadoRuntimeException(
              ("task graph %s consumes a %s from %s, but %s was executed just before and does"
                      + " not hold it")
                  .formatted(name(), object.getClass().getSimpleName(), sources, last.name()));
        }
        if (!last.leaves(object)) {
          engine.consumedWithoutPersisting(DeviceBuffer.array(object), last.name(), name());
        }
        buffers.put(object, buffer);
      }
    });
  }

  private boolean leaves(Object object) {
    return consumed.containsKey(object) || persisted.containsKey(object);
  }

  private DeviceBuffer ready(GraphStep.Task task, Object object, Set<DeviceBuffer> copied) {
    DeviceBuffer buffer = buffers.get(object);
    if (consumed.containsKey(object)) {
      if (buffer == null) {
        throw new TornadoRuntimeException(
            ("task %s: nothing was executed before that left its %s on the device; execute the"
                    + " graphs one at a time, with withGraph, as TornadoVM needs it")
                .formatted(taskName(task), object.getClass().getSimpleName()));
      }
      return buffer;
    }
    if (buffer == null) {
      buffer = new DeviceBuffer(object, engine);
      buffers.put(object, buffer);
    }
    switch (transferModes.getOrDefault(object, DataTransferMode.FIRST_EXECUTION)) {
      case DataTransferMode.EVERY_EXECUTION -> {
        if (copied.add(buffer)) {
          buffer.fill();
        }
      }
      case DataTransferMode.FIRST_EXECUTION -> buffer.fillOnce();
      default -> {}
    }
    return buffer;
  }

  private void copyResults() {
    for (GraphStep step : definition.steps()) {
      if (step instanceof GraphStep.TransferToHost(int mode, List<Object> objects)
          && mode != DataTransferMode.UNDER_DEMAND) {
        for (Object object : objects) {
          if (buffers.containsKey(object)) {
            buffers.get(object).copyToHost();
          }
        }
      }
    }
  }

  private String taskName(GraphStep.Task task) {
    return definition.name() + "." + task.id();
  }

  private CompiledKernel kernel(GraphStep.Task task) {
    return kernels.computeIfAbsent(
        task.code(), _ -> KernelCache.get(KernelMethod.of(task.code()), engine.instrumentation()));
  }

  private NdRange range(GraphStep.Task task, CompiledKernel kernel, GridScheduler grids) {
    if (!kernel.method().usesContext()) {
      return null;
    }
    WorkerGrid grid = grids == null ? null : grids.get(taskName(task));
    if (grid == null) {
      throw new TornadoRuntimeException(
          "task %s takes a KernelContext, but the plan has no worker grid of that name"
              .formatted(taskName(task)));
    }
    return NdRange.of(taskName(task), grid);
  }

  void compile() {
    definition.tasks().forEach(this::kernel);
  }

  boolean hasGridIn(GridScheduler grids) {
    return definition.tasks().stream().anyMatch(task -> grids.contains(name(), task.id()));
  }

  /** The device buffer of an object, or null. */
  DeviceBuffer buffer(Object object) {
    return buffers.get(object);
  }

  long deviceBytes() {
    return buffers.values().stream().mapToLong(DeviceBuffer::bytes).sum();
  }

  void freeDeviceMemory() {
    buffers.clear();
  }
}
