package dev.skipstone.runtime.pass;

/** A model's weights on a device. Thread-safe. */
public interface LoadedModel extends AutoCloseable {
  /**
   * A runner with a cache of its own.
   *
   * @throws InsufficientMemoryException if the cache does not fit
   */
  PassRunner openRunner();

  @Override
  void close();
}
