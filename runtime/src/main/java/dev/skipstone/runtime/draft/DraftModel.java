package dev.skipstone.runtime.draft;

import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.PassRunner;

/**
 * A loaded model that drafts for others; an {@link dev.skipstone.runtime.Engine} is one. Its
 * weights are there once, however many targets and sessions it drafts for. Thread-safe.
 */
public interface DraftModel {
  Model model();

  /**
   * A runner with a cache of its own, to be closed before the model.
   *
   * @throws dev.skipstone.runtime.pass.InsufficientMemoryException if the cache does not fit
   * @throws IllegalStateException if the model is closed
   */
  PassRunner openRunner();
}
