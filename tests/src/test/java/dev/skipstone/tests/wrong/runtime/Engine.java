package dev.skipstone.tests.wrong.runtime;

import dev.skipstone.tests.wrong.cli.Command;
import dev.skipstone.tests.wrong.runtime.cpu.Kernel;
import dev.skipstone.tests.wrong.sdk.TaskGraph;

/** Names what comes after it, a backend and TornadoVM. */
public interface Engine {
  void run(Command command, Kernel kernel, TaskGraph graph);
}
