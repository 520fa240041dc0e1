package dev.skipstone.runtime.pass;

/** A model's weights on a device. Thread-safe; its runners take turns on the device. */
public interface LoadedModel extends AutoCloseable {
  /**
   * A runner with a cache of its own.
   *
   * @throws InsufficientMemoryException if the cache does not fit
   * @throws IllegalStateException if this is closed
   */
  PassRunner openRunner();

  /** Frees the weights; runners are to be closed before. A second call does nothing. */
  @Override
  void close();
}
