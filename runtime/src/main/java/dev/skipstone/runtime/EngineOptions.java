package dev.skipstone.runtime;

import dev.skipstone.runtime.adapter.DraftAdapter;
import java.util.Optional;

/**
 * How a model is loaded. Numbers out of range are refused with an {@link IllegalArgumentException};
 * whether there is such a backend, and whether the model's context is that long, shows at {@link
 * Engine#load(java.nio.file.Path, EngineOptions)}.
 *
 * @param backend a backend's name, such as {@code cpu}
 * @param deviceIndex which of the backend's devices
 * @param threads worker threads of a CPU backend; at least 1
 * @param context positions of each session's KV cache; 0 for the default: the model's own context,
 *     at most {@value #DEFAULT_CONTEXT}
 * @param adapter for drafts of {@link dev.skipstone.runtime.draft.DraftMethod#s3d}, open until the
 *     model is loaded; empty for none
 */
public record EngineOptions(
    String backend, int deviceIndex, int threads, int context, Optional<DraftAdapter> adapter) {
  /** Positions of a session's cache where nothing is said. */
  public static final int DEFAULT_CONTEXT = 4096;

  public EngineOptions {
    if (deviceIndex < 0) {
      throw new IllegalArgumentException("device index " + deviceIndex + " is negative");
    }
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads is " + threads + ", not between 1 and 1024");
    }
    if (context < 0) {
      throw new IllegalArgumentException("context is " + context + ", not 0 or more positions");
    }
  }

  /** The first CPU device, a thread for each processor, the default context. */
  public static EngineOptions defaults() {
    return new EngineOptions(
        "cpu", 0, Runtime.getRuntime().availableProcessors(), 0, Optional.empty());
  }

  public EngineOptions withBackend(String name, int index) {
    return new EngineOptions(name, index, threads, context, adapter);
  }

  public EngineOptions withThreads(int count) {
    return new EngineOptions(backend, deviceIndex, count, context, adapter);
  }

  public EngineOptions withContext(int positions) {
    return new EngineOptions(backend, deviceIndex, threads, positions, adapter);
  }

  public EngineOptions withAdapter(DraftAdapter trained) {
    return new EngineOptions(backend, deviceIndex, threads, context, Optional.of(trained));
  }
}
