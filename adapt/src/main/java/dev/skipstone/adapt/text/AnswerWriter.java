package dev.skipstone.adapt.text;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Continues prompts. What it writes for a task does not depend on the other tasks. */
interface AnswerWriter extends AutoCloseable {

  /**
   * Writes all tasks, or, once cancelled, those that were finished by then.
   *
   * @param sink receives what is finished, in any order, on the caller's thread
   * @param cancelled asked often
   * @throws IOException if the sink does
   */
  void write(List<WritingTask> tasks, Sink sink, BooleanSupplier cancelled) throws IOException;

  /** Takes what was written. */
  @FunctionalInterface
  interface Sink {
    /**
     * Called once for each task that is finished.
     *
     * @param task its place in the list
     * @param tokens what was written, an end token included
     */
    void take(int task, int[] tokens) throws IOException;
  }

  @Override
  void close();
}
