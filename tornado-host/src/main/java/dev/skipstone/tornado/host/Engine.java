package dev.skipstone.tornado.host;

import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Runs kernels, and may watch what happens to device memory.
 *
 * <p>An execution plan belongs to the engine that is current when the plan is made: by default the
 * fast one, and inside {@link #with} another.
 */
public interface Engine {
  /**
   * How kernels are changed before they run. Always the same one: compiled kernels are kept by it.
   */
  Instrumentation instrumentation();

  /**
   * Runs a kernel for each work item.
   *
   * @param task for people, {@code graph.task}
   * @param arguments with device buffers in the place of the host's objects
   * @param range null for a kernel without a context, which runs once
   */
  void launch(String task, CompiledKernel kernel, Object[] arguments, NdRange range);

  /** A device buffer was allocated for an array of the host; it has no defined content. */
  default void allocated(TornadoNativeArray host, TornadoNativeArray device) {}

  /** Elements were copied between the host and the device. */
  default void copied(TornadoNativeArray from, TornadoNativeArray to, int offset, int length) {}

  /** A graph takes over a buffer that the graph before does not leave on the device on purpose. */
  default void consumedWithoutPersisting(TornadoNativeArray host, String source, String graph) {}

  /** The engine that is current by default. */
  static Engine fast() {
    return CurrentEngine.FAST;
  }

  /** Runs an action with an engine for the plans that it makes. */
  static <T> T with(Engine engine, Supplier<T> action) {
    return ScopedValue.where(CurrentEngine.BOUND, engine).call(action::get);
  }
}
