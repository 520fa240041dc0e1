package dev.skipstone.runtime.pass;

import dev.skipstone.model.Model;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Executes passes on a kind of device; found with {@link ServiceLoader}. Results may differ between
 * backends in the last bits; on one of them they depend on neither the rows of a pass nor the
 * number of threads.
 */
public interface Backend {
  /** Name on the command line. */
  String name();

  /** Devices of this kind in the order of their indices, those included that don't work here. */
  List<Device> devices();

  /**
   * What a model would take, without loading it.
   *
   * @param threads worker threads, where the backend has any
   * @param context positions of a session's KV cache
   * @throws dev.skipstone.model.ModelFileException if the model can't be executed
   */
  MemoryPlan plan(Model model, int threads, int context);

  /**
   * What a model would take with a draft adapter.
   *
   * @param adapter for this model
   * @throws dev.skipstone.model.ModelFileException if the model can't be executed
   */
  MemoryPlan plan(Model model, AdapterWeights adapter, int threads, int context);

  /**
   * Brings a model's weights to a device.
   *
   * @param index a device that works
   * @param threads worker threads, where the backend has any
   * @param context positions of each session's KV cache
   * @throws InsufficientMemoryException if weights and one session don't fit
   */
  LoadedModel load(Model model, int index, int threads, int context);

  /**
   * Brings a model's weights to a device, and a draft adapter's, which acts on adapted passes only:
   * the target stays what it is without one.
   *
   * @param adapter for this model
   * @param index a device that works
   * @param threads worker threads, where the backend has any
   * @param context positions of each session's KV cache
   * @throws InsufficientMemoryException if weights, adapter and one session don't fit
   */
  LoadedModel load(Model model, AdapterWeights adapter, int index, int threads, int context);

  /** Every backend on the class path. */
  static List<Backend> all() {
    return ServiceLoader.load(Backend.class).stream().map(ServiceLoader.Provider::get).toList();
  }
}
