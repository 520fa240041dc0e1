package dev.skipstone.adapt;

/** Is told of each step. It is called by the training thread between steps, and may save. */
@FunctionalInterface
public interface TrainingListener {
  /**
   * A step is done.
   *
   * @return whether to go on
   */
  boolean stepDone(TrainingProgress progress);
}
