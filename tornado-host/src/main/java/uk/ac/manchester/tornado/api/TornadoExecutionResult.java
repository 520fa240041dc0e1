package uk.ac.manchester.tornado.api;

import dev.skipstone.tornado.host.PlanExecutor;

/** What an execution has left on the device. */
public class TornadoExecutionResult {
  private final PlanExecutor executor;

  TornadoExecutionResult(PlanExecutor executor) {
    this.executor = executor;
  }

  /** Copies objects of the selected graphs to the host. */
  public TornadoExecutionResult transferToHost(Object... objects) {
    for (Object object : objects) {
      executor.transferToHost(object);
    }
    return this;
  }

  /** Copies a part of an array of the selected graphs to the host. */
  public TornadoExecutionResult transferToHost(DataRange dataRange) {
    executor.transferToHost(dataRange.getArray(), dataRange.getOffset(), dataRange.length());
    return this;
  }

  /** True: an execution here ends before its result is returned. */
  public boolean isReady() {
    return true;
  }
}
