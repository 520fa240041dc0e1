package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.DeviceBuffer;
import dev.skipstone.tornado.host.Engine;
import dev.skipstone.tornado.host.GraphDefinition;
import dev.skipstone.tornado.host.GraphStep;
import dev.skipstone.tornado.host.NdRange;
import dev.skipstone.tornado.host.PlanExecutor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.WorkerGrid3D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Finds faults in TornadoVM kernels and task graphs on a plain JVM.
 *
 * <p>Each work item is a flow of its own that really waits at barriers; each access to global,
 * local and private arrays is checked. See {@link FaultKind} for what is found.
 */
public final class KernelSanitizer {
  private final SanitizerOptions options;

  public KernelSanitizer() {
    this(SanitizerOptions.defaults());
  }

  public KernelSanitizer(SanitizerOptions options) {
    this.options = options;
  }

  /** Something that may fail. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  /**
   * Runs an action that makes execution plans and executes them; their kernels, and what the host
   * does with their arrays until the action ends, are watched. Plans that other threads make are
   * not.
   *
   * @throws SanitizerException at the first fault, if the options say so
   */
  public Report check(Action action) {
    try (SanitizingEngine engine = new SanitizingEngine(options)) {
      return Engine.with(
          engine,
          () -> {
            call(action);
            return engine.report();
          });
    }
  }

  private static void call(Action action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new TornadoRuntimeException(e);
    }
  }

  /**
   * Runs one kernel, with all its arrays copied to the device before and to the host afterwards.
   *
   * @param kernel a static method
   * @param range null for a kernel without a {@link KernelContext}
   * @param arguments of the kernel; where it takes a context, any
   */
  public Report check(Method kernel, NdRange range, Object... arguments) {
    String graph = kernel.getDeclaringClass().getSimpleName();
    List<Object> arrays = Arrays.stream(arguments).filter(DeviceBuffer::isObject).toList();
    GraphDefinition definition =
        GraphDefinition.of(
            graph,
            List.of(
                new GraphStep.TransferToDevice(DataTransferMode.EVERY_EXECUTION, arrays),
                GraphStep.Task.of(kernel.getName(), kernel, arguments),
                new GraphStep.TransferToHost(DataTransferMode.EVERY_EXECUTION, arrays)));
    return check(() -> {
      PlanExecutor plan = new PlanExecutor(List.of(definition));
      if (range != null) {
        WorkerGrid3D grid =
            new WorkerGrid3D(range.global().x(), range.global().y(), range.global().z());
        grid.setLocalWork(range.local().x(), range.local().y(), range.local().z());
        plan.grids(new GridScheduler(graph + "." + kernel.getName(), grid));
      }
      plan.execute();
    });
  }
}
