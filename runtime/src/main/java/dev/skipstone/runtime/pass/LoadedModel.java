package dev.skipstone.runtime.pass;

import java.util.List;
import java.util.Optional;

/** A model's weights on a device. Thread-safe; its runners take turns on the device. */
public interface LoadedModel extends AutoCloseable {
  /**
   * A runner with a cache of its own.
   *
   * @throws InsufficientMemoryException if the cache does not fit
   * @throws IllegalStateException if this is closed
   */
  PassRunner openRunner();

  /**
   * A runner of passes of several sequences, without draft adapter; empty where the backend runs
   * one sequence at a time.
   *
   * @param sequences each with a cache of its own
   * @throws InsufficientMemoryException if the caches do not fit
   * @throws IllegalArgumentException if there are none, or more than share a pass
   * @throws IllegalStateException if this is closed
   */
  default Optional<BatchRunner> openBatch(int sequences) {
    return Optional.empty();
  }

  /**
   * What was found to be quickest on this device, by measuring while passes ran; for people, a line
   * for each kind of thing. Nothing where nothing is measured.
   */
  default List<String> choices() {
    return List.of();
  }

  /** Frees the weights; runners are to be closed before. A second call does nothing. */
  @Override
  void close();
}
