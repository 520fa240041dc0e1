package dev.skipstone.tests.wrong.runtime.cpu;

import dev.skipstone.tests.wrong.runtime.Engine;

/** A kernel that knows the engine. */
public interface Kernel {
  void run(Engine engine);
}
